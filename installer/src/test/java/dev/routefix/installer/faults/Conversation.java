package dev.routefix.installer.faults;

import dev.routefix.lab.net.Netns;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A TCP connection to an {@link Echo} over which numbers go to and fro all the time, so that it shows what a fault did to it. */
final class Conversation implements AutoCloseable {

    /**
     * Each has a port of its own. Left to the kernel, one to the pod may have the port of one to the load balancer; the node, which sees the answers of
     * both and remembers the second, then takes them for the second's.
     */
    private static final AtomicInteger PORTS = new AtomicInteger(20_000);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Socket socket;
    private final BufferedReader in;
    private final String seenAs;
    private volatile long sent;
    private volatile long heard;
    private volatile long heardAt = System.nanoTime();
    private volatile long longestSilence;
    private volatile String trouble = "";

    private Conversation(Socket socket, BufferedReader in, String seenAs) {
        this.socket = socket;
        this.in = in;
        this.seenAs = seenAs;
    }

    /**
     * Connects and begins to talk.
     *
     * @throws IllegalStateException if nobody answers within {@code patience}
     */
    static Conversation begin(Netns from, String address, Duration patience) {
        return begin(from, address, Echo.PORT, patience);
    }

    static Conversation begin(Netns from, String address, int port, Duration patience) {
        var begun = from.call(() -> {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.bind(new InetSocketAddress(PORTS.getAndIncrement()));
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), (int) patience.toMillis());
                socket.setSoTimeout((int) patience.toMillis());
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                var greeting = String.valueOf(in.readLine());
                socket.setSoTimeout(0);
                return new Conversation(socket, in, greeting);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        });
        Thread.ofPlatform().daemon().name("talker").start(begun::talk);
        Thread.ofPlatform().daemon().name("listener").start(begun::listen);
        return begun;
    }

    /** The address the pod sees its peer at. */
    String seenAs() {
        return seenAs;
    }

    private void talk() {
        try {
            OutputStream out = socket.getOutputStream();
            while (!socket.isClosed()) {
                long next = sent + 1;
                out.write((next + "\n").getBytes(StandardCharsets.UTF_8));
                sent = next;
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (IOException e) {
            broken(e);
        }
    }

    private void listen() {
        try {
            String line;
            while ((line = in.readLine()) != null) {
                long number = Long.parseLong(line);
                if (number != heard + 1) {
                    trouble = "heard " + number + " after " + heard;
                    return;
                }
                long now = System.nanoTime();
                longestSilence = Math.max(longestSilence, now - heardAt);
                heardAt = now;
                heard = number;
            }
            trouble = "the pod ended it";
        } catch (IOException | NumberFormatException e) {
            broken(e);
        }
    }

    private void broken(Exception e) {
        if (!socket.isClosed() && trouble.isEmpty()) {
            trouble = String.valueOf(e.getMessage());
        }
    }

    /** How many numbers were said so far. */
    long sent() {
        return sent;
    }

    /** How many came back, none missing in between. */
    long heard() {
        return heard;
    }

    /** The longest time in which nothing came back, since this was asked last. */
    Duration longestSilence() {
        var silence = Duration.ofNanos(longestSilence);
        longestSilence = 0;
        return silence;
    }

    /** What broke it; empty as long as it goes on. */
    String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
