package dev.routefix.lab.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A pod's whole network with a fixed address, made and taken away: by one call of ours, and by macvlan, static and tuning. */
final class WholeNetworks {
    private static final int UNCOUNTED = 15;
    private static final int ROUNDS = 150;
    private static final String OURS = "ours";

    private WholeNetworks() {}

    static List<Figure> measure(PodGround ground) {
        List<ReferencePlugins> peers =
                ground.daemons().stream().map(DhcpDaemon::plugins).toList();
        Race race = new Race();
        add(race, OURS, ground.calls(0, "db-0", List.of(ground.ours().withIpam(ground.fixedAddress(0)))));
        for (int i = 0; i < peers.size(); i++) {
            ObjectNode ipam = ground.fixedAddress(i + 1);
            add(
                    race,
                    peers.get(i).version(),
                    ground.calls(
                            i + 1,
                            "db-" + (i + 1),
                            List.of(Plugin.macvlan(peers.get(i), ipam), Plugin.tuning(peers.get(i)))));
        }
        Race.Times times = race.run(UNCOUNTED, ROUNDS);
        List<Figure> figures = new ArrayList<>();
        figures.addAll(figures("ADD", "pod_add", new Budget.RatioAtMost(0.25), times, peers));
        figures.addAll(figures("DEL", "pod_del", new Budget.RatioAtMost(0.5), times, peers));
        return figures;
    }

    private static void add(Race race, String name, PodCalls calls) {
        race.with(name + " ADD", calls::add).with(name + " DEL", calls::del);
    }

    private static List<Figure> figures(
            String verb, String name, Budget budget, Race.Times times, List<ReferencePlugins> peers) {
        return Peers.beside(
                Figure.of(name, times.of(OURS + " " + verb), "ms").within(budget),
                peers.stream()
                        .map(peer -> peer.label("macvlan", "static", "tuning"))
                        .toList(),
                peers.stream()
                        .map(peer -> times.of(peer.version() + " " + verb))
                        .toList());
    }
}
