package dev.routefix.netlink.sys;

import java.nio.ByteBuffer;

/** Where requests go and answers come from: a {@link NetlinkSocket}, or in tests a list of bytes. Every method throws {@link Refusal}. */
public interface Transport extends AutoCloseable {

    /** Sends the buffer's bytes as one datagram. */
    void send(ByteBuffer requests);

    /** The next datagram: one message or several. The buffer is overwritten by the next call. */
    ByteBuffer receive();

    /** The namespace the other end is in. */
    NetworkNamespace namespace();

    /** See {@link dev.routefix.netlink.Netlink#cookie}. */
    long cookie();

    @Override
    void close();
}
