package dev.routefix.lab.bench;

import dev.routefix.lab.net.Spawner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Fifty pods at once that all want an address from the DHCP server, as after a node's reboot. */
final class DhcpBurst {
    static final int PODS = 50;
    private static final int ROUNDS = 3;
    /** A kubelet goes on trying; one that needs more than this would not come up at all. */
    private static final int TRIES = 10;

    private DhcpBurst() {}

    static List<Figure> measure(PodGround ground) {
        List<Long> ours = new ArrayList<>();
        List<List<Long>> theirs = ground.daemons().stream()
                .<List<Long>>map(_ -> new ArrayList<>())
                .toList();
        try (AtOnce atOnce = AtOnce.on(ground.site().node().root())) {
            for (int round = 0; round < ROUNDS; round++) {
                ground.awaitWarm();
                ours.add(burst(atOnce, 1, pod -> ground.ours(pod, ground.generatedName())));
                for (int i = 0; i < theirs.size(); i++) {
                    DhcpDaemon daemon = ground.daemons().get(i);
                    theirs.get(i)
                            .add(burst(atOnce, TRIES, pod -> ground.reference(pod, ground.generatedName(), daemon)));
                }
            }
        }
        return Peers.beside(
                Figure.of("dhcp_burst_50", Sample.ofNanos(ours), "ms").within(new Budget.AtMost(2000)),
                ground.daemons().stream()
                        .map(daemon -> daemon.plugins().label("macvlan", "dhcp"))
                        .toList(),
                theirs.stream().map(Sample::ofNanos).toList());
    }

    /** From the start of the first to the moment when all have an address, each another one; those that fail are called again so often. */
    private static long burst(AtOnce atOnce, int tries, IntFunction<PodCalls> calls) {
        List<PodCalls> pods = IntStream.range(0, PODS).mapToObj(calls).toList();
        List<PodCalls> waiting = pods;
        long began = System.nanoTime();
        long ended = began;
        for (int i = 0; i < tries && !waiting.isEmpty(); i++) {
            Spawner.Ended wave =
                    atOnce.run(waiting.stream().map(PodCalls::adding).toList());
            ended = wave.ended();
            List<PodCalls> failed = new ArrayList<>();
            for (int j = 0; j < waiting.size(); j++) {
                if (wave.exits().get(j) == 0) {
                    waiting.get(j).added(0);
                } else {
                    failed.add(waiting.get(j));
                }
            }
            failed.forEach(PodCalls::del);
            waiting = failed;
        }
        // Says what the first of them was told.
        waiting.forEach(pod -> pod.added(1));
        if (new HashSet<>(pods.stream().map(PodCalls::address).toList()).size() != PODS) {
            throw new IllegalStateException("two of the pods have one address");
        }
        pods.forEach(PodCalls::del);
        return ended - began;
    }
}
