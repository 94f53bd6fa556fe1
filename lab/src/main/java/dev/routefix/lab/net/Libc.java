package dev.routefix.lab.net;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The few calls of the C library that Java has no own words for. Each fails with its errno. */
final class Libc {
    static {
        Native.register("c");
    }

    private Libc() {}

    static native int open(String path, int flags, int mode) throws LastErrorException;

    static native int close(int fd) throws LastErrorException;

    static native int setns(int fd, int type) throws LastErrorException;

    static native int unshare(int flags) throws LastErrorException;

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int bind(int fd, byte[] address, int length) throws LastErrorException;

    static native int poll(byte[] fds, long count, int timeoutMillis) throws LastErrorException;

    static native int ioctl(int fd, long request, byte[] argument) throws LastErrorException;

    static native long recvfrom(int fd, byte[] buffer, long size, int flags, byte[] address, int[] addressLength)
            throws LastErrorException;

    static native long sendto(int fd, byte[] buffer, long size, int flags, byte[] address, int addressLength)
            throws LastErrorException;

    static native int if_nametoindex(String name) throws LastErrorException;

    /** Gives the error number instead of setting errno, as the other posix_spawn functions do. */
    static native int posix_spawn(
            Pointer pid, Pointer path, Pointer fileActions, Pointer attributes, Pointer argv, Pointer environment);

    static native int posix_spawn_file_actions_init(Pointer fileActions);

    static native int posix_spawn_file_actions_addopen(Pointer fileActions, int fd, String path, int flags, int mode);

    static native int posix_spawn_file_actions_destroy(Pointer fileActions);

    static native int waitpid(int pid, Pointer status, int options) throws LastErrorException;
}
