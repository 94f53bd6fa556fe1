package dev.routefix.lab.packet;

import dev.routefix.lab.net.Netns;
import dev.routefix.lab.net.PacketSocket;
import dev.routefix.lab.run.Poll;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Sees every packet on an interface of a namespace, sent and received, from its start until it is closed. */
public final class Capture implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(50);

    private final PacketSocket socket;
    private final long start = System.nanoTime();
    private final List<Packet> packets = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    private Capture(PacketSocket socket) {
        this.socket = socket;
        this.thread = Thread.ofPlatform().daemon().name("capture").unstarted(this::loop);
    }

    /** Starts; from now on nothing is missed. */
    public static Capture on(Netns netns, String link) {
        Capture capture = new Capture(PacketSocket.on(netns, link));
        capture.thread.start();
        return capture;
    }

    /** What was seen so far, in order. */
    public List<Packet> packets() {
        return List.copyOf(packets);
    }

    /** The ARP packets seen so far. */
    public List<Content.Arp> arp() {
        return of(Content.Arp.class).toList();
    }

    /** The TCP segments seen so far. */
    public List<Content.Tcp> tcp() {
        return of(Content.Tcp.class).toList();
    }

    /** Waits for a packet; it may have been seen before. */
    public Packet await(String what, Duration bound, Predicate<Packet> wanted) {
        Poll.until(
                "a packet seen that is " + what, bound, () -> packets.stream().anyMatch(wanted));
        return packets.stream().filter(wanted).findFirst().orElseThrow();
    }

    private <T extends Content> Stream<T> of(Class<T> kind) {
        return packets.stream().map(Packet::content).filter(kind::isInstance).map(kind::cast);
    }

    private void loop() {
        boolean more;
        do {
            more = receive();
        } while (more || !closed); // what arrived before it was closed is still read
    }

    private boolean receive() {
        return socket.receive(LOOK)
                .map(frame -> packets.add(Frames.parse(Duration.ofNanos(System.nanoTime() - start), frame.bytes())))
                .orElse(false);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.close();
    }
}
