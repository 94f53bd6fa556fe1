package dev.routefix.lab.bench;

import dev.routefix.lab.Lan;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.run.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Fifty pods with leases of twenty seconds whose DHCP client is killed again and again, with the limits that its manifest has; beside them
 * as many whose addresses the reference daemon got, which is killed at the same moments. Afterwards more pods come, which must not be
 * given what a living one has.
 */
final class DhcpRestart {
    static final Duration LEASE = Duration.ofSeconds(20);
    private static final int PODS = 50;
    /** Of those that come afterwards. */
    private static final int NEWCOMERS = 20;

    static final int ALL_PODS = 2 * PODS + NEWCOMERS;
    private static final Duration BETWEEN_KILLS = Duration.ofSeconds(15);
    private static final int KILLS = 8;
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final PodGround ground;
    private final Progress progress;
    private final DhcpDaemon daemon;

    private DhcpRestart(PodGround ground, Progress progress) {
        this.ground = ground;
        this.progress = progress;
        this.daemon = ground.daemons().getLast();
    }

    /** The LAN's server has to be one that gives such leases. */
    static List<Figure> measure(PodGround ground, Progress progress) {
        return new DhcpRestart(ground, progress).run();
    }

    private List<Figure> run() {
        Lan lan = ground.site().lan();
        List<PodCalls> ours = attached(0, PODS, pod -> ground.ours(pod, ground.generatedName()));
        List<PodCalls> theirs = attached(PODS, PODS, pod -> ground.reference(pod, ground.generatedName(), daemon));
        LeaseWatch watchOfOurs = new LeaseWatch(lan, ours);
        LeaseWatch watchOfTheirs = new LeaseWatch(lan, theirs);
        Consumer<Duration> watch = time -> {
            for (long end = System.nanoTime() + time.toNanos(); System.nanoTime() < end; ) {
                watchOfOurs.look();
                watchOfTheirs.look();
                Pause.of(LOOK);
            }
        };
        for (int i = 0; i < KILLS; i++) {
            watch.accept(BETWEEN_KILLS);
            ground.appliance().killAndRestart();
            daemon.killAndRestart();
        }
        watch.accept(LEASE);
        List<PodCalls> newcomers =
                attached(2 * PODS, NEWCOMERS, pod -> ground.reference(pod, ground.generatedName(), daemon));
        watchOfOurs.lookAtPods(newcomers);
        watchOfTheirs.lookAtPods(newcomers);
        Stream.of(ours, theirs, newcomers).flatMap(List::stream).forEach(PodCalls::del);
        watchOfOurs.describe().forEach(progress::say);
        String peer = daemon.plugins().label("dhcp");
        return List.of(
                figure("dhcp_restart_lost", watchOfOurs.lost()).beside(peer, watchOfTheirs.lost()),
                figure("dhcp_restart_double", watchOfOurs.doubled()).beside(peer, watchOfTheirs.doubled()));
    }

    private static Figure figure(String name, int pods) {
        return Figure.of(name, pods, "pods").within(new Budget.AtMost(0));
    }

    private static List<PodCalls> attached(int first, int count, IntFunction<PodCalls> calls) {
        List<PodCalls> pods = new ArrayList<>();
        IntStream.range(first, first + count).mapToObj(calls).forEach(pods::add);
        pods.forEach(PodCalls::add);
        return pods;
    }
}
