package dev.routefix.dhcp.message;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One message between a client and a server (RFC 2131, section 2). What clients have no use for ({@code hops}, {@code siaddr}, {@code sname}, {@code file}) is written as
 * zeros and not kept. The broadcast flag is never set: a packet socket hears what is sent to an address that no interface has yet.
 *
 * @param fromServer whether it is a BOOTREPLY
 * @param xid the number by which a client knows what answers it
 * @param seconds since the client began ({@code secs})
 * @param client the address that the client has and answers to ({@code ciaddr}), {@link #NOBODY} if it has none
 * @param given the address that the server gives ({@code yiaddr}), {@link #NOBODY} if it gives none
 * @param mac the client's hardware address ({@code chaddr})
 */
public record DhcpMessage(
        boolean fromServer,
        MessageType type,
        int xid,
        int seconds,
        IpAddress client,
        IpAddress given,
        MacAddress mac,
        Options options) {

    /** 0.0.0.0. */
    public static final IpAddress NOBODY = new IpAddress(Family.IPV4, 0, 0);

    private static final int REQUEST = 1;
    private static final int REPLY = 2;
    private static final int ETHERNET = 1;

    /** Lengths of {@code chaddr}, {@code sname} and {@code file}, and of all that is before the options. */
    private static final int CHADDR = 16;

    private static final int SNAME = 64;
    private static final int FILE = 128;
    private static final int HEADER = 236;

    /** The length of a BOOTP message (RFC 951): some relays and servers drop what is shorter (RFC 1542, section 2.1). */
    private static final int SHORTEST = 300;

    /** A message of a client that has no address of its own in use. */
    public static DhcpMessage ofClient(MessageType type, int xid, int seconds, MacAddress mac, Options options) {
        return new DhcpMessage(false, type, xid, seconds, NOBODY, NOBODY, mac, options);
    }

    /** Writes it at the buffer's position, in network order. Option 53 comes first, whatever the options hold. */
    public void write(ByteBuffer buffer) {
        int start = buffer.order(ByteOrder.BIG_ENDIAN).position();
        buffer.put((byte) (fromServer ? REPLY : REQUEST)).put((byte) ETHERNET);
        buffer.put((byte) MacAddress.BYTES).put((byte) 0).putInt(xid);
        buffer.putShort((short) Math.min(seconds, 0xffff)).putShort((short) 0);
        buffer.put(client.toBytes()).put(given.toBytes()).putInt(0).putInt(0);
        buffer.put(mac.toBytes());
        zeros(buffer, CHADDR - MacAddress.BYTES + SNAME + FILE);
        var all = new Options().put(Code.MESSAGE_TYPE, (byte) type.number);
        all.putAll(options);
        all.write(buffer);
        zeros(buffer, SHORTEST - (buffer.position() - start));
    }

    private static void zeros(ByteBuffer buffer, int count) {
        for (int i = 0; i < count; i++) {
            buffer.put((byte) 0);
        }
    }

    /**
     * Reads what is between the buffer's position and its limit.
     *
     * @throws MalformedMessage if it is no DHCP message, or a broken one
     */
    public static DhcpMessage read(ByteBuffer buffer) {
        if (buffer.remaining() < HEADER) {
            throw new MalformedMessage("has " + buffer.remaining() + " bytes, which is too short");
        }
        var message = buffer.slice().order(ByteOrder.BIG_ENDIAN);
        int op = message.get();
        if (op != REQUEST && op != REPLY) {
            throw new MalformedMessage("is neither request nor reply");
        }
        if (message.get() != ETHERNET || message.get() != MacAddress.BYTES) {
            throw new MalformedMessage("is for no Ethernet address");
        }
        message.get();
        int xid = message.getInt();
        int seconds = message.getShort() & 0xffff;
        message.getShort();
        var client = IpAddress.of(Family.IPV4, message);
        var given = IpAddress.of(Family.IPV4, message);
        message.position(message.position() + 8);
        var mac = new byte[MacAddress.BYTES];
        message.get(mac);
        int sname = HEADER - FILE - SNAME;
        var options = Options.read(
                message.slice(HEADER, message.limit() - HEADER),
                message.slice(HEADER - FILE, FILE),
                message.slice(sname, SNAME));
        int type = (int) options.number(Code.MESSAGE_TYPE, 1);
        if (type == -1) {
            throw new MalformedMessage("has no message type: it is BOOTP");
        }
        return new DhcpMessage(
                op == REPLY, MessageType.of(type), xid, seconds, client, given, MacAddress.of(mac), options);
    }
}
