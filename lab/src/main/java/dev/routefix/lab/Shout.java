package dev.routefix.lab;

import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One datagram to everybody, by broadcast or multicast, and whether one of them hears it. */
final class Shout {
    private static final String LINK = "eth0";
    private static final int DATAGRAM = 2048;

    private Shout() {}

    /** The answer tells the address the listener saw the datagram come from. */
    static Reply between(Netns from, Netns listener, String destination, Duration patience) {
        InetAddress group = InetAddress.ofLiteral(destination);
        try (DatagramChannel ear = listener.call(() -> listen(group))) {
            int port = ((InetSocketAddress) ear.getLocalAddress()).getPort();
            from.call(() -> {
                try (DatagramChannel mouth = DatagramChannel.open(StandardProtocolFamily.INET)) {
                    mouth.setOption(StandardSocketOptions.SO_BROADCAST, true);
                    mouth.setOption(StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByName(LINK));
                    return mouth.send(ByteBuffer.wrap(new byte[] {'!'}), new InetSocketAddress(group, port));
                }
            });
            return hear(ear.socket(), patience);
        } catch (IOException e) {
            return new Reply.Silence(String.valueOf(e.getMessage()));
        } catch (IllegalStateException e) {
            return new Reply.Silence(String.valueOf(e.getCause()));
        }
    }

    private static DatagramChannel listen(InetAddress group) throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channel.bind(new InetSocketAddress(0));
        if (group.isMulticastAddress()) {
            channel.join(group, NetworkInterface.getByName(LINK));
        }
        return channel;
    }

    private static Reply hear(DatagramSocket ear, Duration patience) throws IOException {
        ear.setSoTimeout((int) patience.toMillis());
        DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM], DATAGRAM);
        ear.receive(packet);
        String heard = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
        return new Reply.Answer(heard, packet.getAddress().getHostAddress());
    }
}
