package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.ByteBuffer;

/**
 * The functions of the C library that the JDK does not offer, by JNA's direct mapping. {@code size_t} is a {@code long}: 64-bit machines only.
 * Buffers must be direct, and are taken from their position. Numbers are those of {@code asm-generic}, which x86-64 and aarch64 share.
 */
final class LibC {

    /** {@code fcntl.h} */
    static final int O_RDONLY = 0;

    static final int O_WRONLY = 1;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    /** {@code linux/sched.h} */
    static final int CLONE_NEWNET = 0x40000000;

    /** {@code bits/socket.h} */
    static final int AF_NETLINK = 16;

    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = O_CLOEXEC;
    static final int MSG_TRUNC = 0x20;

    /** {@code asm-generic/socket.h} */
    static final int SOL_SOCKET = 1;

    static final int SO_RCVTIMEO = 20;

    /** {@code linux/socket.h} and {@code linux/netlink.h} */
    static final int SOL_NETLINK = 270;

    static final int NETLINK_ROUTE = 0;
    static final int NETLINK_CAP_ACK = 10;
    static final int NETLINK_EXT_ACK = 11;
    static final int NETLINK_GET_STRICT_CHK = 12;

    static {
        // Left unset, JNA starts "ldconfig -p" to learn where libraries are. This process has its C library loaded
        // already.
        if (System.getProperty("jna.platform.library.path") == null) {
            System.setProperty("jna.platform.library.path", "");
        }
        Native.register(LibC.class, NativeLibrary.getProcess());
    }

    private LibC() {}

    static native int open(String path, int flags) throws LastErrorException;

    static native int close(int fd) throws LastErrorException;

    static native long read(int fd, ByteBuffer buffer, long size) throws LastErrorException;

    static native long write(int fd, ByteBuffer buffer, long size) throws LastErrorException;

    static native int setns(int fd, int type) throws LastErrorException;

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int setsockopt(int fd, int level, int name, ByteBuffer value, int size) throws LastErrorException;

    static native long send(int fd, ByteBuffer buffer, long size, int flags) throws LastErrorException;

    static native long recv(int fd, ByteBuffer buffer, long size, int flags) throws LastErrorException;
}
