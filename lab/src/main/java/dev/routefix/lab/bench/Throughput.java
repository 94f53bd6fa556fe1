package dev.routefix.lab.bench;

import dev.routefix.lab.Host;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** One TCP connection from a pod to a machine of the LAN, as much as goes through: straight, and by way of the node. */
final class Throughput {
    private static final int RUNS = 5;
    private static final Duration TIME = Duration.ofSeconds(2);
    private static final int BUFFER = 1 << 18;
    private static final int PORT = 5001;
    private static final double BITS_PER_BYTE = 8;

    private Throughput() {}

    static Figure measure(Ground ground) {
        Host client = ground.site().lan().client();
        Calls fixed = ground.calls(ground.ours(), 0);
        Sandbox plain = ground.sandboxes().get(1);
        fixed.add();
        ground.verify(List.of(fixed));
        List<Double> through = new ArrayList<>();
        List<Double> straight = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            through.add(gigabits(fixed.sandbox().netns(), client));
            straight.add(gigabits(plain.netns(), client));
        }
        fixed.del();
        return Figure.of("throughput", Sample.of(through), "Gbit/s")
                .beside("plain macvlan", Sample.of(straight).median())
                .within(new Budget.RatioAtLeast(0.7));
    }

    private static double gigabits(Netns pod, Host client) {
        try (ServerSocketChannel server = client.netns()
                .call(() -> ServerSocketChannel.open().bind(new InetSocketAddress(client.address(), PORT)))) {
            FutureTask<Double> receiver = start(() -> receive(server));
            try (SocketChannel sender =
                    pod.call(() -> SocketChannel.open(new InetSocketAddress(client.address(), PORT)))) {
                send(sender);
            }
            return receiver.get();
        } catch (IOException | ExecutionException e) {
            throw new IllegalStateException("no bulk transfer from " + pod, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static FutureTask<Double> start(Callable<Double> work) {
        FutureTask<Double> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name("receiver").start(task);
        return task;
    }

    private static void send(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        long end = System.nanoTime() + TIME.toNanos();
        while (System.nanoTime() < end) {
            channel.write(buffer.rewind());
        }
    }

    private static double receive(ServerSocketChannel server) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try (SocketChannel channel = server.accept()) {
            long began = System.nanoTime();
            long bytes = 0;
            for (int read = 0; read >= 0; read = channel.read(buffer.clear())) {
                bytes += read;
            }
            return bytes * BITS_PER_BYTE / (System.nanoTime() - began);
        }
    }
}
