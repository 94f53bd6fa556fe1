package dev.routefix.netlink.codec;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.Prefix;

/** Answers that no kernel should give: reading stops at once and says where. */
final class Malformed {

    private Malformed() {}

    static NetlinkException message(String detail) {
        return new NetlinkException("read the kernel's answer", Errno.EBADMSG.number, detail);
    }

    /** The family an answer names; a table was asked for one of the two, so another is a broken answer. */
    static Family family(int number) {
        if (number == Family.IPV4.number || number == Family.IPV6.number) {
            return Family.of(number);
        }
        throw message("address family " + number);
    }

    static Prefix prefix(IpAddress address, int length) {
        if (length > address.family().bits()) {
            throw message("prefix length " + length + " on " + address);
        }
        return new Prefix(address, length);
    }
}
