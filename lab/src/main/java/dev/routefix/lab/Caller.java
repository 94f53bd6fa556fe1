package dev.routefix.lab;

import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Reaches {@link Pod}s and hosts from inside a namespace. Every call is a new connection, over TCP from a port that no other call of this process had:
 * the kernel's choice may be one that went to a pod through the load balancer a moment ago, and then its node takes the pod's answer for one to that.
 */
public final class Caller {
    private static final int DATAGRAM = 2048;

    /** Below what the kernel chooses from and what Kubernetes gives to nodes. */
    private static final int FIRST_PORT = 10_000;

    private static final int PORTS = 20_000;
    private static final AtomicInteger CALLS = new AtomicInteger();

    private final Netns netns;
    private final Duration patience;
    private final IntSupplier ports;

    private Caller(Netns netns, Duration patience, IntSupplier ports) {
        this.netns = netns;
        this.patience = patience;
        this.ports = ports;
    }

    public static Caller in(Netns netns, Duration patience) {
        return new Caller(netns, patience, () -> FIRST_PORT + Math.floorMod(CALLS.getAndIncrement(), PORTS));
    }

    /** The same, whose TCP connections all come from {@code port}. */
    public Caller from(int port) {
        return new Caller(netns, patience, () -> port);
    }

    public Reply tcp(String address, int port) {
        return netns.call(() -> {
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress(ports.getAsInt()));
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), millis());
                socket.setSoTimeout(millis());
                return answer(socket.getInputStream().readAllBytes());
            } catch (IOException e) {
                return silence(e);
            }
        });
    }

    public Reply udp(String address, int port) {
        return netns.call(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                // Connected: an answer from any other address is not an answer.
                socket.connect(InetAddress.ofLiteral(address), port);
                socket.setSoTimeout(millis());
                socket.send(new DatagramPacket(new byte[] {'?'}, 1));
                DatagramPacket reply = new DatagramPacket(new byte[DATAGRAM], DATAGRAM);
                socket.receive(reply);
                return answer(Arrays.copyOf(reply.getData(), reply.getLength()));
            } catch (IOException e) {
                return silence(e);
            }
        });
    }

    /** One ICMP echo; needs root, as a raw socket does. */
    public Reply ping(String address) {
        return netns.call(() -> {
            try {
                return InetAddress.ofLiteral(address).isReachable(millis())
                        ? new Reply.Answer(address, "")
                        : new Reply.Silence("no echo reply");
            } catch (IOException e) {
                return silence(e);
            }
        });
    }

    private int millis() {
        return (int) patience.toMillis();
    }

    private static Reply answer(byte[] bytes) {
        String[] words = new String(bytes, StandardCharsets.UTF_8).strip().split(" ", -1);
        return words.length == 2 ? new Reply.Answer(words[0], words[1]) : new Reply.Silence("closed without a word");
    }

    private static Reply silence(IOException e) {
        return new Reply.Silence(String.valueOf(e.getMessage()));
    }
}
