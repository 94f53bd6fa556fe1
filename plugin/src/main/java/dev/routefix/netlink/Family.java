package dev.routefix.netlink;

/** An address family; {@link #number} is its {@code AF_*} value of {@code bits/socket.h}. */
public enum Family {
    IPV4(2, 4),
    IPV6(10, 16);

    /** {@code AF_INET} or {@code AF_INET6}. */
    public final int number;

    /** Length of an address in bytes. */
    public final int bytes;

    Family(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** Length of an address in bits, the prefix length of one host. */
    public int bits() {
        return bytes * 8;
    }

    /** The family whose {@code AF_*} value is {@code number}. */
    public static Family of(int number) {
        return switch (number) {
            case 2 -> IPV4;
            case 10 -> IPV6;
            default -> throw new IllegalArgumentException("address family " + number + " is neither IPv4 nor IPv6");
        };
    }
}
