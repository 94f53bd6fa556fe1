package dev.routefix.lab.bench;

import dev.routefix.lab.Host;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Content;
import dev.routefix.lab.packet.Packet;
import dev.routefix.lab.run.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** One pod's network with an address from the LAN's DHCP server, by what the server and the node know of the pod. */
final class DhcpAdds {
    private static final int WARM_ROUNDS = 10;
    private static final int AGAIN_ROUNDS = 40;
    private static final int COLD_ROUNDS = 8;
    private static final int COLD_NO_PING_ROUNDS = 30;
    private static final int UNCOUNTED = 3;
    /**
     * Between two that want a new address of a server that pings: dnsmasq looks at six addresses in 30 seconds at most, and offers the next without
     * (its {@code PING_CACHE_TIME} and {@code PING_WAIT}).
     */
    private static final Duration PACE = Duration.ofSeconds(6);

    /** RFC 2131, section 4.1. */
    private static final int SERVER_PORT = 67;

    private static final int CLIENT_PORT = 68;

    private DhcpAdds() {}

    /** A Deployment's pod, for which a lease is held ready; beside the reference plugins, which ask the server for each. */
    static List<Figure> warm(PodGround ground) {
        List<Long> ours = new ArrayList<>();
        List<List<Long>> theirs = ground.daemons().stream()
                .<List<Long>>map(_ -> new ArrayList<>())
                .toList();
        for (int round = -1; round < WARM_ROUNDS; round++) {
            ground.awaitWarm();
            PodCalls pod = ground.ours(0, ground.generatedName());
            long taken = pod.add();
            // The next lease is taken now, and a server that pings does nothing else meanwhile.
            ground.awaitWarm();
            pod.del();
            Pause.of(PACE);
            if (round < 0) {
                continue;
            }
            ours.add(taken);
            int turn = round % theirs.size();
            PodCalls peer =
                    ground.reference(1, ground.generatedName(), ground.daemons().get(turn));
            theirs.get(turn).add(peer.add());
            peer.del();
            Pause.of(PACE);
        }
        Budget budget = new Budget.All(List.of(new Budget.AtMost(10), new Budget.RatioAtMost(0.01)));
        return Peers.beside(
                Figure.of("dhcp_add_warm", Sample.ofNanos(ours), "ms").within(budget),
                ground.daemons().stream()
                        .map(daemon -> daemon.plugins().label("macvlan", "dhcp"))
                        .toList(),
                theirs.stream().map(Sample::ofNanos).toList());
    }

    /** A StatefulSet's pod that comes again, to the server that gave it its address; in another sandbox, as the kubelet makes one for each pod. */
    static List<Figure> again(PodGround ground) {
        PodCalls first = ground.ours(0, "db-0");
        first.add();
        String address = first.address();
        first.del();
        List<Long> nanos = new ArrayList<>();
        for (int round = -UNCOUNTED; round < AGAIN_ROUNDS; round++) {
            PodCalls pod = ground.ours(Math.floorMod(round, 2), "db-0");
            long taken = pod.add();
            if (!pod.address().equals(address)) {
                throw new IllegalStateException("db-0 had " + address + " and came back with " + pod.address());
            }
            pod.del();
            if (round >= 0) {
                nanos.add(taken);
            }
        }
        return List.of(Figure.of("dhcp_add_again", Sample.ofNanos(nanos), "ms").within(new Budget.AtMost(20)));
    }

    /** Pods with names that were never there, so that nobody has an address for them: beside the time the server takes to offer one. */
    static Figure cold(PodGround ground) {
        return cold(ground, "dhcp_add_cold", COLD_ROUNDS, PACE).within(new Budget.AtMostAbovePeer(30));
    }

    /** The same where the server offers at once. */
    static Figure coldWithoutPing(PodGround ground) {
        return cold(ground, "dhcp_add_cold_no_ping", COLD_NO_PING_ROUNDS, Duration.ZERO)
                .within(new Budget.AtMost(60));
    }

    private static Figure cold(PodGround ground, String name, int rounds, Duration pace) {
        List<Double> adds = new ArrayList<>();
        List<Double> answers = new ArrayList<>();
        IntStream.range(-1, rounds).forEach(round -> {
            PodCalls pod = ground.ours(Math.floorMod(round, 2), name.replace('_', '-') + "-" + (round + 1));
            Capture capture = Capture.on(ground.site().lan().router().netns(), Host.LINK);
            long taken;
            try (capture) {
                taken = pod.add();
            }
            Duration answer = answer(capture.packets(), pod.mac());
            pod.del();
            Pause.of(pace);
            if (round >= 0) {
                adds.add(taken / 1e6);
                answers.add(answer.toNanos() / 1e6);
            }
        });
        return Figure.of(name, Sample.of(adds), "ms")
                .beside("server's offer", Sample.of(answers).median());
    }

    /** From the first packet that the router gets of a client to the first that it sends it. */
    private static Duration answer(List<Packet> packets, String client) {
        Duration asked = packets.stream()
                .filter(packet -> packet.content() instanceof Content.Udp udp
                        && udp.toPort() == SERVER_PORT
                        && packet.fromMac().equals(client))
                .map(Packet::time)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the router heard nothing of " + client));
        return packets.stream()
                .filter(packet -> packet.content() instanceof Content.Udp udp
                        && udp.toPort() == CLIENT_PORT
                        && packet.time().compareTo(asked) > 0)
                .map(packet -> packet.time().minus(asked))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the router answered nothing to " + client));
    }
}
