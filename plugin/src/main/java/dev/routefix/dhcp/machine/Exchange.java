package dev.routefix.dhcp.machine;

import dev.routefix.dhcp.message.ArpFrame;
import dev.routefix.dhcp.message.UdpFrame;
import dev.routefix.netlink.MacAddress;
import java.util.List;

/** One client's conversation with its servers. Times are in milliseconds. */
public sealed interface Exchange permits Acquisition, Renewal {

    /** The client's, by which the frames of the LAN that are for it can be told. */
    MacAddress mac();

    /** When {@link #act} wants to be called next; {@link Long#MAX_VALUE} if never. */
    long wake();

    /** Does what is due. */
    void act(long now);

    /** Takes a message from a server, for this client or another. */
    void hear(UdpFrame frame, long now);

    /** Takes what somebody says by ARP; of interest only while {@link #listensToArp}. */
    void hear(ArpFrame frame, long now);

    boolean listensToArp();

    /** What is to be sent now, in this order; each is given once. */
    List<Outgoing> takeOutgoing();
}
