package dev.routefix.installer.faults;

import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A server in a pod that greets whoever connects with the address it sees, and then sends back what it is sent, for as long as it lasts. */
final class Echo implements AutoCloseable {

    static final int PORT = 9090;
    private static final int BYTES = 4096;

    private final ServerSocketChannel server;

    private Echo(ServerSocketChannel server) {
        this.server = server;
    }

    static Echo in(Netns netns) {
        var echo = new Echo(netns.call(
                () -> ServerSocketChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(PORT))));
        Thread.ofPlatform().daemon().name("echo").start(echo::accept);
        return echo;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                var peer = server.accept();
                Thread.ofPlatform().daemon().name("echo of one").start(() -> answer(peer));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void answer(SocketChannel peer) {
        try (peer) {
            var address =
                    ((InetSocketAddress) peer.getRemoteAddress()).getAddress().getHostAddress();
            peer.write(ByteBuffer.wrap((address + "\n").getBytes(StandardCharsets.UTF_8)));
            var bytes = ByteBuffer.allocate(BYTES);
            while (peer.read(bytes) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    peer.write(bytes);
                }
                bytes.clear();
            }
        } catch (IOException broken) {
            // the other end counts what it has lost
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
