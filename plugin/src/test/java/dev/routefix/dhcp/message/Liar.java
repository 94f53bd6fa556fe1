package dev.routefix.dhcp.message;

import dev.routefix.fuzz.Fuzz;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Two servers of the LAN 192.168.2.0/24 that lie, stammer, break off and disagree. What they send follows from a seed, so that what failed once fails again. */
public final class Liar {

    private static final IpAddress OTHER = IpAddress.parse("192.168.2.66");
    private static final MacAddress OTHERS_MAC = MacAddress.parse("02:00:5e:00:00:66");

    /** Where in a frame there is what. */
    private static final int IP = 14;

    private static final int UDP = 34;
    private static final int DHCP = 42;
    private static final int SNAME = DHCP + 44;
    private static final int FILE = SNAME + 64;
    private static final int OPTIONS = DHCP + 240;
    private static final int TYPE = OPTIONS + 2;

    private final Fuzz fuzz;
    private final String wanted;

    /**
     * Two that say the same each time.
     *
     * @param seed of all that they say
     * @param wanted the address that a client most probably gets
     */
    public Liar(long seed, String wanted) {
        fuzz = new Fuzz(~seed);
        this.wanted = wanted;
    }

    /** A frame that answers, or pretends to. Its checksums are right or of no importance, for the damage is meant to reach what reads the message. */
    public byte[] answer(DhcpMessage asked) {
        boolean isOther = fuzz.onceIn(4);
        var options = options(isOther);
        var frame = Servers.frame(new DhcpMessage(
                true,
                fuzz.pick(MessageType.OFFER, MessageType.OFFER, MessageType.ACK, MessageType.ACK, MessageType.NAK),
                fuzz.onceIn(8) ? asked.xid() + 1 : asked.xid(),
                0,
                DhcpMessage.NOBODY,
                IpAddress.parse(given()),
                fuzz.onceIn(16) ? OTHERS_MAC : asked.mac(),
                options));
        if (isOther) {
            System.arraycopy(OTHER.toBytes(), 0, frame, IP + 12, 4);
            System.arraycopy(OTHERS_MAC.toBytes(), 0, frame, MacAddress.BYTES, MacAddress.BYTES);
        }
        if (fuzz.onceIn(16)) {
            frame[TYPE] = fuzz.random(1)[0]; // 9 is FORCERENEW
        }
        if (options.has(Code.OVERLOAD)) {
            overload(frame);
        }
        if (fuzz.onceIn(3)) {
            var tail = fuzz.damaged(Arrays.copyOfRange(frame, DHCP, frame.length));
            frame = Arrays.copyOf(frame, DHCP + tail.length);
            System.arraycopy(tail, 0, frame, DHCP, tail.length);
        }
        seal(frame);
        return fuzz.onceIn(20) ? fuzz.damaged(frame) : frame;
    }

    private String given() {
        return fuzz.onceIn(2)
                ? wanted
                : fuzz.pick(
                        wanted,
                        "192.168.2.80",
                        "192.168.2.81",
                        "0.0.0.0",
                        "192.168.2.0",
                        "192.168.2.255",
                        "255.255.255.255",
                        "127.0.0.1",
                        "224.0.0.5",
                        "240.0.0.1",
                        "169.254.7.7",
                        "10.9.8.7");
    }

    private Options options(boolean isOther) {
        var options = Servers.options();
        if (isOther) {
            options.put(Code.SERVER_IDENTIFIER, OTHER);
        }
        for (int i = 0; i < 3; i++) {
            if (fuzz.onceIn(6)) {
                options.put(code(), fuzz.random(fuzz.pick(0, 1, 2, 4, 4, 4, 8, 17, 254)));
            }
        }
        if (fuzz.onceIn(4)) {
            options.put(fuzz.pick(Code.LEASE_TIME, Code.RENEWAL_TIME, Code.REBINDING_TIME), time());
        }
        if (fuzz.onceIn(6)) {
            options.put(
                    Code.SUBNET_MASK,
                    address("255.255.0.0", "255.255.255.254", "255.255.255.255", "0.0.0.0", "255.0.255.0"));
        }
        if (fuzz.onceIn(6)) {
            options.put(Code.ROUTER, address(wanted, "10.0.0.1", "0.0.0.0", "192.168.2.255", "224.0.0.1", "127.0.0.1"));
        }
        if (fuzz.onceIn(3)) {
            options.put(Code.RAPID_COMMIT);
        }
        if (fuzz.onceIn(8)) {
            options.put(Code.OVERLOAD, fuzz.pick((byte) 1, (byte) 2, (byte) 3, (byte) 3, (byte) 4));
        }
        if (fuzz.onceIn(12)) {
            options.put(Code.DOMAIN_SEARCH, pointers());
        }
        return options;
    }

    private byte[] address(String... choices) {
        return IpAddress.parse(fuzz.pick(choices)).toBytes();
    }

    private byte[] time() {
        int seconds = fuzz.pick(0, 1, 4, 5, 6, 60, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE, -2, -1);
        return ByteBuffer.allocate(Integer.BYTES).putInt(seconds).array();
    }

    /** A long name, and hundreds of others that end with it. */
    private byte[] pointers() {
        var value = ByteBuffer.allocate(700);
        for (int label = 0; label < 3; label++) {
            value.put((byte) 62)
                    .put(
                            fuzz.onceIn(4)
                                    ? fuzz.random(62)
                                    : "x".repeat(62).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        value.put((byte) 0);
        while (value.remaining() >= 2) {
            value.putShort((short) (0xc000 | (fuzz.onceIn(50) ? value.position() : 0)));
        }
        return value.array();
    }

    /** Puts options into {@code sname} and {@code file}: some that end, some that do not, and another overload, which would never end if it meant anything. */
    private void overload(byte[] frame) {
        for (int at = SNAME; at < FILE + 128; ) {
            byte[] option = fuzz.pick(
                    new byte[] {Code.OVERLOAD, 1, 3},
                    new byte[] {Code.LEASE_TIME, 4, 0, 0, 0, 60},
                    new byte[] {Code.SUBNET_MASK, 4, -1, -1, 0, 0},
                    new byte[] {Code.ROUTER, 4, 10, 0, 0, 1},
                    new byte[] {(byte) 200, fuzz.pick((byte) 3, (byte) 120, (byte) 250)},
                    new byte[] {(byte) Code.END},
                    new byte[] {Code.PAD});
            int length = Math.min(option.length, frame.length - at);
            System.arraycopy(option, 0, frame, at, length);
            at += length;
        }
    }

    /** Makes lengths and the IP header's checksum right again; a UDP checksum of 0 says that there is none. */
    private static void seal(byte[] frame) {
        var buffer = ByteBuffer.wrap(frame);
        buffer.putShort(IP + 2, (short) (frame.length - IP)).putShort(IP + 10, (short) 0);
        buffer.putShort(UDP + 4, (short) (frame.length - UDP)).putShort(UDP + 6, (short) 0);
        int sum = 0;
        for (int at = IP; at < UDP; at += 2) {
            sum += buffer.getShort(at) & 0xffff;
        }
        buffer.putShort(IP + 10, (short) ~((sum & 0xffff) + (sum >> 16)));
    }

    private int code() {
        return fuzz.pick(
                Code.SUBNET_MASK,
                Code.ROUTER,
                Code.DOMAIN_NAME_SERVER,
                Code.DOMAIN_NAME,
                Code.INTERFACE_MTU,
                Code.LEASE_TIME,
                Code.SERVER_IDENTIFIER,
                Code.MESSAGE,
                Code.RENEWAL_TIME,
                Code.REBINDING_TIME,
                Code.CLIENT_IDENTIFIER,
                Code.DOMAIN_SEARCH,
                Code.CLASSLESS_ROUTES,
                200);
    }
}
