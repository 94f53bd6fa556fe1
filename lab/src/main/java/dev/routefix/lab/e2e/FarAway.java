package dev.routefix.lab.e2e;

import dev.routefix.lab.Lan;
import dev.routefix.lab.net.Netns;
import java.util.List;

/** A machine behind the router and a narrow cable, whose end it does not know of: who sends to it has to be told how much fits. */
record FarAway(Netns tunnel, Netns machine) implements AutoCloseable {
    static final String ADDRESS = "10.66.2.2";
    private static final int NARROW = 1280;

    static FarAway behind(Lan lan) {
        List<Netns> spaces = Netns.createAll(List.of("tunnel", "far"));
        FarAway far = new FarAway(spaces.get(0), spaces.get(1));
        Netns router = lan.router().netns();
        router.ip("""
            link add far0 type veth peer name near0 netns %1$s
            link set far0 mtu %2$d up
            address add 10.66.1.1/24 dev far0
            route add 10.66.2.0/24 via 10.66.1.2
            """.formatted(far.tunnel.path().getFileName(), NARROW));
        far.tunnel.sysctl("net/ipv4/ip_forward", "1");
        far.tunnel.ip("""
            link set near0 mtu %2$d up
            address add 10.66.1.2/24 dev near0
            link add far1 type veth peer name eth0 netns %1$s
            link set far1 up
            address add 10.66.2.1/24 dev far1
            route add default via 10.66.1.1
            """.formatted(far.machine.path().getFileName(), NARROW));
        far.machine.ip("""
            link set lo up
            link set eth0 up
            address add %s/24 dev eth0
            route add default via 10.66.2.1
            """.formatted(ADDRESS));
        return far;
    }

    @Override
    public void close() {
        machine.close();
        tunnel.close();
    }
}
