package dev.routefix.dhcp.client;

import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.Liar;
import dev.routefix.dhcp.message.MalformedMessage;
import dev.routefix.lab.Lan;
import dev.routefix.netlink.codec.DhcpFilter;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.netlink.sys.Buffers;
import dev.routefix.netlink.sys.FrameSocket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@link Liar} at the router of a LAN, who answers each message of a client with many frames. */
final class LyingServer implements AutoCloseable {

    private static final int FRAMES = 25;

    private final DatagramSocket ear;
    private final FrameSocket mouth;
    private final AtomicInteger sent = new AtomicInteger();
    private final Thread thread;
    private int seed;

    private LyingServer(DatagramSocket ear, FrameSocket mouth) {
        this.ear = ear;
        this.mouth = mouth;
        thread = Thread.ofPlatform().name("liar").daemon().start(this::run);
    }

    static LyingServer start(Lan lan) {
        return lan.router().netns().call(() -> new LyingServer(new DatagramSocket(67), mouth()));
    }

    private static FrameSocket mouth() {
        var program = Buffers.SMALL.take();
        try (var tables = Namespace.own()) {
            var link = tables.link("eth0");
            if (link == null) {
                throw new IllegalStateException("the router has no eth0");
            }
            DhcpFilter.write(program, false);
            return FrameSocket.open(link.index(), program);
        } finally {
            Buffers.SMALL.giveBack(program);
        }
    }

    /** How many frames it has sent. */
    int sent() {
        return sent.get();
    }

    /** Sends that frame. */
    void say(byte[] bytes) {
        if (bytes.length < 14 || bytes.length > 1514) {
            return;
        }
        var frame = Buffers.SMALL.take();
        try {
            mouth.send(frame.clear().put(bytes).flip(), 0x0800);
            sent.incrementAndGet();
        } finally {
            Buffers.SMALL.giveBack(frame);
        }
    }

    private void run() {
        var packet = new DatagramPacket(new byte[1500], 1500);
        while (!ear.isClosed()) {
            try {
                ear.receive(packet);
                var asked = DhcpMessage.read(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                for (int i = 0; i < FRAMES; i++) {
                    say(new Liar(seed++, "192.168.2.76").answer(asked));
                }
            } catch (IOException | MalformedMessage e) {
                // the end, or no client
            }
        }
    }

    @Override
    public void close() {
        ear.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        mouth.close();
    }
}
