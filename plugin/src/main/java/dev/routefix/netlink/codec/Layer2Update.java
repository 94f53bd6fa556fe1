package dev.routefix.netlink.codec;

import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The frame that tells switches where a station is and tells machines nothing. It is an unsolicited XID response of LLC type 1 between null service
 * access points (IEEE 802.2, 5.4.1.2.1), which nobody answers and which holds no network address: no ARP cache and no routing table can be changed
 * by it, be it true or not.
 *
 * <p>It is what a Wi-Fi access point sends to its cable for every station that joins, so LANs are used to it: IEEE 802.11F calls it Layer 2 Update,
 * Linux sends it in {@code cfg80211_send_layer2_update} of net/wireless/util.c, hostapd in src/ap/iapp.c.
 */
public final class Layer2Update {

    /** {@code ETH_P_802_2} of {@code linux/if_ether.h}, as which Linux files frames that have a length in place of a type. */
    public static final int PROTOCOL = 0x0004;

    private static final int LENGTH = 6;
    private static final int NULL_ACCESS_POINT = 0;

    /** The lowest bit of the sender's access point tells a response from a command. */
    private static final int RESPONSE = 1;

    /** XID with the final bit clear: nobody polled for it. */
    private static final int XID = 0xaf;

    private static final int FORMAT = 0x81;
    private static final int TYPE_1 = 1;
    private static final int WINDOW_OF_ONE = 1 << 1;

    private Layer2Update() {}

    /** Writes one from the station, and makes the buffer ready to be sent. */
    public static void write(ByteBuffer frame, MacAddress to, MacAddress station) {
        frame.clear().order(ByteOrder.BIG_ENDIAN);
        frame.put(to.toBytes()).put(station.toBytes()).putShort((short) LENGTH);
        frame.put((byte) NULL_ACCESS_POINT).put((byte) (NULL_ACCESS_POINT | RESPONSE));
        frame.put((byte) XID).put((byte) FORMAT).put((byte) TYPE_1).put((byte) WINDOW_OF_ONE);
        frame.flip().order(ByteOrder.nativeOrder());
    }
}
