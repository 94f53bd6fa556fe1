package dev.routefix.lab.bench;

import dev.routefix.lab.net.Spawner;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A hundred pods at once, as after a node's reboot: all plugins are started before the first has to answer. */
final class Burst {
    private static final int PODS = 100;
    private static final int ROUNDS = 7;
    private static final Budget THRICE = new Budget.RatioAtLeast(3);

    private Burst() {}

    static List<Figure> measure(Ground ground) {
        List<Calls> ours = ground.ours(PODS);
        List<Plugin> peers = ground.peers().all().stream().map(Plugin::tuning).toList();
        List<List<Calls>> theirs = peers.stream()
                .map(peer -> IntStream.range(0, PODS)
                        .mapToObj(i -> ground.calls(peer, i))
                        .toList())
                .toList();
        List<List<Double>> theirRates =
                peers.stream().<List<Double>>map(_ -> new ArrayList<>()).toList();
        List<Double> ourRates = new ArrayList<>();
        try (AtOnce atOnce = AtOnce.on(ground.site().node().root())) {
            for (int round = 0; round < ROUNDS; round++) {
                ourRates.add(rate(ours, atOnce));
                ground.verify(ours);
                ours.forEach(Calls::del);
                for (int i = 0; i < peers.size(); i++) {
                    theirRates.get(i).add(rate(theirs.get(i), atOnce));
                    theirs.get(i).forEach(Calls::del);
                }
            }
        }
        Figure figure =
                Figure.of("burst_100", Sample.of(ourRates), "per second").within(THRICE);
        return Peers.beside(
                figure,
                peers.stream().map(Plugin::name).toList(),
                theirRates.stream().map(Sample::of).toList());
    }

    /** Pods attached in a second, from the start of the first to the end of the last. */
    private static double rate(List<Calls> pods, AtOnce atOnce) {
        Spawner.Ended ended = atOnce.run(pods.stream().map(Calls::adding).toList());
        for (int i = 0; i < pods.size(); i++) {
            pods.get(i).verifyAdd(ended.exits().get(i));
        }
        return pods.size() * 1e9 / ended.nanos();
    }
}
