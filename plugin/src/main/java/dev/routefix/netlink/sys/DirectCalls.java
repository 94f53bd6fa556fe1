package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;

/**
 * Those functions of the C library of which a CNI call makes dozens, as native methods that take numbers alone: JNA's direct mapping, which has nothing to
 * look at or to wrap at each call. Only {@link LibC} calls them.
 */
final class DirectCalls {

    private DirectCalls() {}

    static native int open(String path, int flags) throws LastErrorException;

    static native int close(int fd) throws LastErrorException;

    static native long read(int fd, long address, long size) throws LastErrorException;

    static native long write(int fd, long address, long size) throws LastErrorException;

    static native int setns(int fd, int type) throws LastErrorException;

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int accept4(int fd, long address, long size, int flags) throws LastErrorException;

    static native int getsockopt(int fd, int level, int name, long value, long size) throws LastErrorException;

    static native int setsockopt(int fd, int level, int name, long value, int size) throws LastErrorException;

    static native long send(int fd, long address, long size, int flags) throws LastErrorException;

    static native int poll(long descriptors, long count, int milliseconds) throws LastErrorException;

    static native long recv(int fd, long address, long size, int flags) throws LastErrorException;
}
