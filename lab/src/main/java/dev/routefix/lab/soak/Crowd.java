package dev.routefix.lab.soak;

import dev.routefix.lab.Lan;
import dev.routefix.lab.Pod;
import dev.routefix.lab.bench.Plugin;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.NodeState;
import dev.routefix.lab.run.Pause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** All the pods at once: each comes and goes on its own until time is up, while the appliance is watched and sometimes killed. */
final class Crowd {
    private static final Duration SETTLING = Duration.ofSeconds(2);

    /** A kept node remembers a sandbox for up to three minutes after its DEL where the sandbox stays, as those of this crowd do. */
    private static final Duration QUIET = Duration.ofMinutes(4);

    private static final int PODS_PER_HOST_PORT = 4;
    private static final int FIRST_HOST_PORT = 20_000;
    private static final int SAMPLES = 240;
    private static final int LINES = 12;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    /** The appliance is killed within the first quarter of the time, so that memory is one process's afterwards. */
    private static final int KILLING = 5;
    /** At most; then it starts, which takes its own time. */
    private static final Duration AWAY = Duration.ofSeconds(10);

    private final Options options;
    private final Progress progress;
    private final Appliance appliance;
    private final Presence presence = new Presence();
    private final Tally tally = new Tally();
    private final List<Instant> kills = new CopyOnWriteArrayList<>();
    private List<String> leaks = List.of();
    private volatile boolean over;

    Crowd(Options options, Progress progress, Appliance appliance) {
        this.options = options;
        this.progress = progress;
        this.appliance = appliance;
    }

    Tally tally() {
        return tally;
    }

    /** What was not as before when all had gone. */
    List<String> leaks() {
        return leaks;
    }

    /** Looks at the appliance meanwhile, and at the node before and after. */
    List<Sample> comeAndGo(Lan lan, Containerd node, Plugin plugin, List<Body> bodies) {
        List<PodLife> lives = IntStream.range(0, bodies.size())
                .mapToObj(i -> new PodLife(node.root(), mapped(plugin, i), bodies.get(i), presence, tally, i))
                .toList();
        try {
            progress.step("every kind of call once", () -> {
                lives.getFirst().liveEveryLife();
                lives.getLast().liveEveryLife();
            });
            Idle before = settled(node);
            progress.say("idle: " + before.appliance().fileCount() + " file descriptors, "
                    + before.appliance().threadCount() + " threads, "
                    + Report.mebibytes((double) before.appliance().memory()) + " MiB");
            progress.heading(
                    bodies.size() + " pods at once for " + options.duration().toSeconds() + " s");
            List<Sample> samples = crowd(lives);
            progress.say("all have gone");
            leaks = leaks(lan, node, before);
            return samples;
        } finally {
            lives.forEach(PodLife::close);
        }
    }

    private List<Sample> crowd(List<PodLife> lives) {
        long begin = System.nanoTime();
        long end = begin + options.duration().toNanos();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (PodLife life : lives) {
                running.add(threads.submit(() -> guard(() -> {
                    while (!over && System.nanoTime() < end) {
                        life.live();
                    }
                })));
            }
            Future<?> killer = threads.submit(() -> guard(() -> killNowAndThen(begin)));
            List<Sample> samples = watch(begin, end);
            result(killer);
            running.forEach(Crowd::result);
            return samples;
        }
    }

    /** What cannot go on ends it for all. */
    private void guard(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            over = true;
            throw e;
        }
    }

    private void killNowAndThen(long begin) {
        Duration pace = options.duration().dividedBy((long) KILLING * Math.max(1, options.kills()));
        for (int i = 0; i < options.kills(); i++) {
            Pause.of(Duration.ofNanos(
                    begin + pace.multipliedBy(i).plus(pace.dividedBy(4)).toNanos() - System.nanoTime()));
            progress.say("the appliance is killed");
            presence.leaves();
            kills.add(Instant.now());
            appliance.kill();
            Pause.of(pace.dividedBy(4).compareTo(AWAY) < 0 ? pace.dividedBy(4) : AWAY);
            appliance.restart();
            presence.isBack();
            progress.say("the appliance is back");
        }
    }

    private List<Sample> watch(long begin, long end) {
        List<Sample> samples = new ArrayList<>();
        Duration pace = options.duration().dividedBy(SAMPLES);
        int told = 0;
        while (!over && System.nanoTime() < end) {
            boolean alive = appliance.isAlive();
            if (!presence.isAway()) {
                Vitals.of(appliance.cgroup()).ifPresent(vitals -> samples.add(sample(begin, vitals)));
                if (!alive) {
                    over = true;
                    presence.leaves();
                    throw Appliance.ended();
                }
            }
            Duration since = Duration.ofNanos(System.nanoTime() - begin);
            if (!samples.isEmpty()
                    && since.compareTo(options.duration().multipliedBy(told).dividedBy(LINES)) >= 0) {
                told++;
                say(samples.getLast());
            }
            Pause.of(pace.compareTo(SHORTEST_PAUSE) > 0 ? pace : SHORTEST_PAUSE);
        }
        return samples;
    }

    private Sample sample(long begin, Vitals vitals) {
        return new Sample(
                Duration.ofNanos(System.nanoTime() - begin),
                tally.total(),
                vitals.fileCount(),
                vitals.threadCount(),
                vitals.memory());
    }

    private void say(Sample sample) {
        progress.say("%6d calls, %3d file descriptors, %3d threads, %s MiB"
                .formatted(
                        sample.calls(), sample.files(), sample.threads(), Report.mebibytes((double) sample.memory())));
    }

    /** The appliance may have something to finish. */
    private List<String> leaks(Lan lan, Containerd node, Idle before) {
        long end = System.nanoTime() + QUIET.toNanos();
        List<String> differences = differences(lan, node, before);
        while (!differences.isEmpty() && System.nanoTime() < end) {
            Pause.of(Duration.ofSeconds(1));
            differences = differences(lan, node, before);
        }
        return differences;
    }

    private List<String> differences(Lan lan, Containerd node, Idle before) {
        List<String> all = new ArrayList<>(settled(node).differences(before));
        all.addAll(Leases.left(lan, node.root(), kills));
        return all;
    }

    /** One pod of several wants a port of the node. */
    private static Plugin mapped(Plugin plugin, int pod) {
        return pod % PODS_PER_HOST_PORT == 0 ? plugin.withHostPort(FIRST_HOST_PORT + pod, Pod.PORT) : plugin;
    }

    /** After the last call the appliance makes what waits for the next one, on a tenth of a core. */
    private Idle settled(Containerd node) {
        Pause.of(SETTLING);
        Vitals vitals = Vitals.of(appliance.cgroup())
                .orElseThrow(() -> new IllegalStateException("the appliance does not run"));
        return new Idle(NodeState.of(node), vitals);
    }

    private static void result(Future<?> future) {
        try {
            future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
