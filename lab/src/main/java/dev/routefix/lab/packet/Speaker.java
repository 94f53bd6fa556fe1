package dev.routefix.lab.packet;

import com.sun.jna.LastErrorException;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.net.PacketSocket;
import dev.routefix.lab.net.PacketSocket.Frame;
import dev.routefix.lab.net.PacketSocket.Interface;
import java.time.Duration;

/**
 * Answers ARP for a load balancer's address on a node as MetalLB's layer 2 speaker does: from user space, the address being on no
 * interface, and on every interface that is up, has broadcast and is not NOARP (metallb internal/layer2/announcer.go).
 */
public final class Speaker implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(50);

    private final PacketSocket socket;
    private final String address;
    private final Thread thread;
    private volatile boolean closed;

    private Speaker(PacketSocket socket, String address) {
        this.socket = socket;
        this.address = address;
        this.thread = Thread.ofPlatform().daemon().name("speaker").unstarted(this::loop);
    }

    /** Starts to answer, and tells the LAN on {@code link} so by a gratuitous ARP (RFC 5227, section 3). */
    public static Speaker start(Netns node, String link, String address) {
        Speaker speaker = new Speaker(PacketSocket.arp(node), address);
        speaker.thread.start();
        int index = PacketSocket.index(node, link);
        String mac = speaker.socket.link(index).mac();
        Content.Arp own = new Content.Arp(Content.Arp.REQUEST, mac, address, Frames.EVERYBODY, address);
        speaker.socket.send(index, Frames.arp(Frames.EVERYBODY, own));
        return speaker;
    }

    private void loop() {
        while (!closed) {
            socket.receive(LOOK).ifPresent(this::answer);
        }
    }

    private void answer(Frame frame) {
        if (!(Frames.parse(Duration.ZERO, frame.bytes()).content() instanceof Content.Arp request)
                || request.operation() != Content.Arp.REQUEST
                || !request.target().equals(address)
                || closed) {
            return;
        }
        try {
            Interface link = socket.link(frame.link());
            if (link.has(Interface.UP) && link.has(Interface.BROADCAST) && !link.has(Interface.NOARP)) {
                Content.Arp reply =
                        new Content.Arp(Content.Arp.REPLY, link.mac(), address, request.senderMac(), request.sender());
                socket.send(frame.link(), Frames.arp(request.senderMac(), reply));
            }
        } catch (LastErrorException e) {
            // The interface went away between the request and the answer.
        }
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
