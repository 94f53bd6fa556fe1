package dev.routefix.netlink.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.Change.DeleteNeighbour;
import dev.routefix.netlink.Change.DeleteRoute;
import dev.routefix.netlink.Change.PutNeighbour;
import dev.routefix.netlink.Change.PutRoute;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.Scope;
import dev.routefix.netlink.sys.NetlinkSocket;
import dev.routefix.netlink.sys.NetworkNamespace;
import dev.routefix.netlink.sys.Transport;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one pod costs must not depend on how many others the node has. */
final class CostIT {

    @Test
    void a_pod_beside_250_others_costs_what_the_first_one_cost() {
        try (var namespace = TestNamespace.withEth0();
                var kernel = new Counting(Namespace.inside(
                        namespace.path(), (_, _) -> NetlinkSocket.open(NetlinkSocket.Subsystem.ROUTE)))) {
            namespace.ip("route add default via 192.168.2.1"); // every node has a way to everywhere
            var netlink = new Rtnetlink(kernel);
            comeAndGo(netlink, namespace.eth0);
            int first = kernel.received();
            for (int pod = 1; pod <= 250; pod++) {
                var address = IpAddress.parse("10.9.0." + pod);
                netlink.apply(List.of(
                        new PutRoute(route(address, namespace.eth0)),
                        new PutNeighbour(neighbour(address, namespace.eth0))));
            }
            kernel.received();

            comeAndGo(netlink, namespace.eth0);

            assertThat(kernel.received()).isEqualTo(first);
        }
    }

    private static void comeAndGo(Rtnetlink netlink, int link) {
        var address = IpAddress.parse("10.9.1.1");
        netlink.route(address.host());
        netlink.neighbour(link, address);
        netlink.apply(List.of(new PutRoute(route(address, link)), new PutNeighbour(neighbour(address, link))));
        assertThat(netlink.route(address.host())).isEqualTo(route(address, link));
        var client = IpAddress.parse("192.168.2.50");
        var answers = netlink.ask(List.of(
                RouteQuestion.sent(null, address),
                RouteQuestion.sent(IpAddress.parse("192.168.2.76"), address),
                RouteQuestion.arriving(link, client, address)));
        assertThat(answers.getFirst().leaves(link)).isTrue();
        netlink.apply(List.of(new DeleteRoute(route(address, link)), new DeleteNeighbour(neighbour(address, link))));
    }

    private static Route route(IpAddress address, int link) {
        return new Route(address.host(), null, link, null, Scope.LINK, Route.OURS, 0);
    }

    private static Neighbour neighbour(IpAddress address, int link) {
        return Neighbour.permanent(link, address, MacAddress.parse("02:00:00:00:00:01"));
    }

    /** Counts the bytes the kernel sends. */
    private static final class Counting implements Transport {

        private final Transport kernel;
        private int received;

        Counting(Transport kernel) {
            this.kernel = kernel;
        }

        /** Since the last time somebody asked. */
        int received() {
            int sum = received;
            received = 0;
            return sum;
        }

        @Override
        public void send(ByteBuffer requests) {
            kernel.send(requests);
        }

        @Override
        public ByteBuffer receive() {
            var datagram = kernel.receive();
            received += datagram.remaining();
            return datagram;
        }

        @Override
        public NetworkNamespace namespace() {
            return kernel.namespace();
        }

        @Override
        public long cookie() {
            return kernel.cookie();
        }

        @Override
        public void close() {
            kernel.close();
        }
    }
}
