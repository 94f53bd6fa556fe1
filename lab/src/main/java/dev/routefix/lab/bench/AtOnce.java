package dev.routefix.lab.bench;

import dev.routefix.lab.containerd.NodeRoot;
import dev.routefix.lab.net.Spawner;
import dev.routefix.lab.net.Spawner.Prepared;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Many processes on a node, all of them started before the first has to end. */
final class AtOnce implements AutoCloseable {
    /** Starting a hundred processes takes one thread longer than ours need to answer. */
    private static final int STARTERS = 4;

    private final List<Spawner> spawners;

    private AtOnce(List<Spawner> spawners) {
        this.spawners = spawners;
    }

    static AtOnce on(NodeRoot root) {
        return new AtOnce(IntStream.range(0, STARTERS)
                .mapToObj(_ -> Spawner.in(root.namespaces()))
                .toList());
    }

    /** From the start of the first to the end of the last. */
    Spawner.Ended run(List<Prepared> jobs) {
        int share = (jobs.size() + spawners.size() - 1) / spawners.size();
        List<Future<Spawner.Ended>> waves = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i * share < jobs.size(); i++) {
                Spawner spawner = spawners.get(i);
                List<Prepared> wave = jobs.subList(i * share, Math.min((i + 1) * share, jobs.size()));
                waves.add(threads.submit(() -> spawner.runAll(wave)));
            }
        }
        List<Integer> exits = new ArrayList<>();
        long began = Long.MAX_VALUE;
        long ended = Long.MIN_VALUE;
        for (Future<Spawner.Ended> future : waves) {
            Spawner.Ended wave = result(future);
            exits.addAll(wave.exits());
            began = Math.min(began, wave.began());
            ended = Math.max(ended, wave.ended());
        }
        return new Spawner.Ended(exits, began, ended);
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

    @Override
    public void close() {
        spawners.forEach(Spawner::close);
    }
}
