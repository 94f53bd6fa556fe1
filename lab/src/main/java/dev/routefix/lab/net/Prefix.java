package dev.routefix.lab.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** An IPv4 network such as {@code 192.168.2.0/24}, and the addresses in it by their number. */
public record Prefix(int network, int length) {
    private static final int BITS = 32;

    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("no /length in the prefix '" + text + "'");
        }
        int length = Integer.parseInt(text.substring(slash + 1));
        int mask = mask(length);
        return new Prefix(toInt(text.substring(0, slash)) & mask, length);
    }

    /** The address with this number, counted from the network's own address. */
    public String host(int number) {
        return toText(network + number);
    }

    public String broadcast() {
        return toText(network | ~mask(length));
    }

    public String netmask() {
        return toText(mask(length));
    }

    public boolean contains(String address) {
        return (toInt(address) & mask(length)) == network;
    }

    @Override
    public String toString() {
        return toText(network) + "/" + length;
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << (BITS - length);
    }

    private static int toInt(String address) {
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        if (bytes.length != Integer.BYTES) {
            throw new IllegalArgumentException("not an IPv4 address: " + address);
        }
        int value = 0;
        for (byte b : bytes) {
            value = value << Byte.SIZE | Byte.toUnsignedInt(b);
        }
        return value;
    }

    private static String toText(int address) {
        byte[] bytes = {(byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address};
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
