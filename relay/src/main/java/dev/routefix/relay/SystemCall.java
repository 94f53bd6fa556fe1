package dev.routefix.relay;

/** The calls into the kernel that the relay makes, and {@link RootEntry}: all of them. */
enum SystemCall {
    READ(0, 63),
    WRITE(1, 64),
    SOCKET(41, 198),
    CONNECT(42, 203),
    SENDTO(44, 206),
    SETSOCKOPT(54, 208),
    EXECVE(59, 221),
    CHDIR(80, 49),
    CHROOT(161, 51),
    EXIT_GROUP(231, 94),
    PPOLL(271, 73);

    /** From arch/x86/entry/syscalls/syscall_64.tbl. */
    final int x86_64;

    /** From include/uapi/asm-generic/unistd.h. */
    final int aarch64;

    SystemCall(int x86_64, int aarch64) {
        this.x86_64 = x86_64;
        this.aarch64 = aarch64;
    }
}
