package dev.routefix.lab.bench;

import dev.routefix.lab.net.Spawner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** A hundred pods at once, as after a node's reboot: all plugins are started before the first has to answer. */
final class Burst {
    private static final int PODS = 100;
    private static final int ROUNDS = 7;
    /** Starting a hundred processes takes one thread longer than ours need to answer. */
    private static final int STARTERS = 4;

    private Burst() {}

    static Figure measure(Ground ground) {
        List<Calls> ours = ground.ours(PODS);
        List<Calls> tuning = IntStream.range(0, PODS)
                .mapToObj(i -> ground.calls(Plugin.tuning(), i))
                .toList();
        List<Spawner> spawners = IntStream.range(0, STARTERS)
                .mapToObj(_ -> Spawner.in(ground.site().node().root().namespaces()))
                .toList();
        try {
            List<Double> ourRates = new ArrayList<>();
            List<Double> tuningRates = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                ourRates.add(rate(ours, spawners));
                ground.verify(ours);
                ours.forEach(Calls::del);
                tuningRates.add(rate(tuning, spawners));
                tuning.forEach(Calls::del);
            }
            return Figure.of("burst_100", Sample.of(ourRates), "per second")
                    .beside("tuning", Sample.of(tuningRates).median())
                    .within(new Budget.RatioAtLeast(3));
        } finally {
            spawners.forEach(Spawner::close);
        }
    }

    /** Pods attached in a second, from the start of the first to the end of the last. */
    private static double rate(List<Calls> pods, List<Spawner> spawners) {
        int share = pods.size() / spawners.size();
        List<Future<Spawner.Ended>> waves = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < spawners.size(); i++) {
                Spawner spawner = spawners.get(i);
                List<Spawner.Prepared> jobs = pods.subList(i * share, (i + 1) * share).stream()
                        .map(Calls::adding)
                        .toList();
                waves.add(threads.submit(() -> spawner.runAll(jobs)));
            }
        }
        long began = Long.MAX_VALUE;
        long ended = Long.MIN_VALUE;
        for (int i = 0; i < waves.size(); i++) {
            Spawner.Ended wave = result(waves.get(i));
            began = Math.min(began, wave.began());
            ended = Math.max(ended, wave.ended());
            for (int j = 0; j < share; j++) {
                pods.get(i * share + j).verifyAdd(wave.exits().get(j));
            }
        }
        return pods.size() * 1e9 / (ended - began);
    }

    private static Spawner.Ended result(Future<Spawner.Ended> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
