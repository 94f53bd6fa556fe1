package dev.routefix.lab;

import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Answers on a TCP and a UDP port inside a namespace with its name and the address it sees its peer at. */
final class Server implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final int DATAGRAM = 2048;

    private final String name;
    private final ServerSocketChannel tcp;
    private final DatagramChannel udp;

    private Server(String name, ServerSocketChannel tcp, DatagramChannel udp) {
        this.name = name;
        this.tcp = tcp;
        this.udp = udp;
    }

    static Server start(Netns netns, String name, int port) {
        Server server = netns.call(() -> {
            ServerSocketChannel tcp = ServerSocketChannel.open(StandardProtocolFamily.INET);
            DatagramChannel udp = DatagramChannel.open(StandardProtocolFamily.INET);
            tcp.bind(new InetSocketAddress(port), BACKLOG);
            udp.bind(new InetSocketAddress(port));
            return new Server(name, tcp, udp);
        });
        server.loop("tcp", server::answerTcp);
        server.loop("udp", server::answerUdp);
        return server;
    }

    private interface Step {
        void take() throws IOException;
    }

    private void loop(String protocol, Step step) {
        Thread.ofPlatform().daemon().name(name + " " + protocol).start(() -> {
            while (tcp.isOpen() && udp.isOpen()) {
                try {
                    step.take();
                } catch (ClosedChannelException e) {
                    return;
                } catch (IOException e) {
                    // One peer's connection broke; the next one counts again.
                }
            }
        });
    }

    private void answerTcp() throws IOException {
        try (SocketChannel peer = tcp.accept()) {
            peer.write(answer(peer.getRemoteAddress()));
        }
    }

    private void answerUdp() throws IOException {
        SocketAddress peer = udp.receive(ByteBuffer.allocate(DATAGRAM));
        udp.send(answer(peer), peer);
    }

    private ByteBuffer answer(SocketAddress peer) {
        String address = ((InetSocketAddress) peer).getAddress().getHostAddress();
        return ByteBuffer.wrap((name + " " + address + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try (tcp;
                udp) {
            // Closing wakes both loops.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
