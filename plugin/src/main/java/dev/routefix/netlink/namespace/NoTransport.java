package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.sys.NetworkNamespace;
import dev.routefix.netlink.sys.Refusal;
import dev.routefix.netlink.sys.Transport;
import java.nio.ByteBuffer;

/** To a kernel that has no sockets of the kind. */
final class NoTransport implements Transport {

    private static Refusal refusal() {
        return new Refusal(Errno.EPROTONOSUPPORT.number, "the kernel has no nftables");
    }

    @Override
    public void send(ByteBuffer requests) {
        throw refusal();
    }

    @Override
    public ByteBuffer receive() {
        throw refusal();
    }

    @Override
    public NetworkNamespace namespace() {
        throw refusal();
    }

    @Override
    public long cookie() {
        throw refusal();
    }

    @Override
    public void close() {
        // nothing was opened
    }
}
