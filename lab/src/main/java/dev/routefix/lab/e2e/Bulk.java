package dev.routefix.lab.e2e;

import dev.routefix.lab.Reply;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;

/** A server in a namespace that sends what does not fit into one packet: many bytes over TCP, each datagram back over UDP. */
final class Bulk implements AutoCloseable {
    static final int PORT = 8081;
    /** More than any window starts with. */
    private static final int MANY = 400_000;
    /** Three fragments on an Ethernet. */
    private static final int LARGE = 4000;

    private static final int DATAGRAM = 1 << 16;

    private final ServerSocket tcp;
    private final DatagramSocket udp;

    private Bulk(ServerSocket tcp, DatagramSocket udp) {
        this.tcp = tcp;
        this.udp = udp;
    }

    static Bulk start(Netns netns) {
        Bulk bulk = netns.call(() -> new Bulk(new ServerSocket(PORT), new DatagramSocket(PORT)));
        bulk.loop(bulk::sendMany);
        bulk.loop(bulk::sendBack);
        return bulk;
    }

    private interface Step {
        void take() throws IOException;
    }

    private void loop(Step step) {
        Thread.ofPlatform().daemon().name("bulk").start(() -> {
            while (!tcp.isClosed()) {
                try {
                    step.take();
                } catch (IOException e) {
                    // One peer's trouble, or the end.
                }
            }
        });
    }

    private void sendMany() throws IOException {
        Socket peer = tcp.accept();
        Thread.ofVirtual().start(() -> {
            try (peer) {
                peer.getOutputStream().write(new byte[MANY]);
            } catch (IOException e) {
                // It has seen enough.
            }
        });
    }

    private void sendBack() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM], DATAGRAM);
        udp.receive(packet);
        udp.send(packet);
    }

    /** All that the server has to say to a connection, or how much of it came. */
    static Reply many(Netns from, String address, int port, Duration patience) {
        return from.call(() -> {
            int got = 0;
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), (int) patience.toMillis());
                socket.setSoTimeout((int) patience.toMillis());
                byte[] buffer = new byte[DATAGRAM];
                int read = socket.getInputStream().read(buffer);
                while (read > 0) {
                    got += read;
                    read = socket.getInputStream().read(buffer);
                }
            } catch (IOException e) {
                return new Reply.Silence(e.getMessage() + " after " + got + " bytes");
            }
            return got == MANY
                    ? new Reply.Answer(address, Integer.toString(got))
                    : new Reply.Silence("the end after " + got + " bytes");
        });
    }

    /** A datagram of several fragments, there and back. */
    static Reply large(Netns from, String address, int port, Duration patience) {
        return from.call(() -> {
            byte[] sent = new byte[LARGE];
            Arrays.fill(sent, (byte) 'x');
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(InetAddress.ofLiteral(address), port);
                socket.setSoTimeout((int) patience.toMillis());
                socket.send(new DatagramPacket(sent, sent.length));
                DatagramPacket back = new DatagramPacket(new byte[DATAGRAM], DATAGRAM);
                socket.receive(back);
                return Arrays.equals(sent, Arrays.copyOf(back.getData(), back.getLength()))
                        ? new Reply.Answer(address, Integer.toString(back.getLength()))
                        : new Reply.Silence(back.getLength() + " bytes that are not those sent");
            } catch (SocketException e) {
                return new Reply.Silence(String.valueOf(e.getMessage()));
            } catch (IOException e) {
                return new Reply.Silence("no datagram: " + e.getMessage());
            }
        });
    }

    @Override
    public void close() {
        try (tcp;
                udp) {
            // Closing ends both loops.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
