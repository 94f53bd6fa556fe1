package dev.routefix.installer.plan;

import static dev.routefix.installer.plan.Sample.link;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeTest {

    @Test
    void the_default_route_with_the_lowest_metric_names_the_interface() {
        var links = List.of(link(2, "eth0"), link(3, "eth1"));

        assertThat(Node.defaultInterface(links, List.of(via(2, 200), via(3, 100))))
                .isEqualTo("eth1");
    }

    @Test
    void other_routes_name_none() {
        var other = new Route(Prefix.parse("10.0.0.0/8"), null, 2, null, Scope.LINK, Route.KERNEL, 0);

        assertThat(Node.defaultInterface(List.of(link(2, "eth0")), List.of(other)))
                .isNull();
    }

    private static Route via(int link, int metric) {
        return new Route(
                Prefix.defaultOf(Family.IPV4),
                IpAddress.parse("192.168.2.1"),
                link,
                null,
                Scope.UNIVERSE,
                Route.BOOT,
                metric);
    }
}
