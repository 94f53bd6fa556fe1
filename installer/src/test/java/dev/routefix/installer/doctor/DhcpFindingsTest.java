package dev.routefix.installer.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.dhcp.Granted.Resolver;
import dev.routefix.dhcp.client.Leases.Offer;
import dev.routefix.dhcp.machine.Terms;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;

class DhcpFindingsTest {

    private static final List<LinkAddress> LAN =
            List.of(new LinkAddress(2, Prefix.parse("192.168.2.21/24"), Scope.UNIVERSE));

    @Test
    void a_server_of_another_network_is_named_with_its_hardware_address() {
        assertThat(DhcpFindings.of(offer("192.168.2.90/24"), "eth0", LAN)).isEmpty();
        assertThat(DhcpFindings.of(offer("10.0.0.7/24"), "eth0", LAN))
                .singleElement()
                .satisfies(finding -> assertThat(finding.cause())
                        .startsWith("the server 10.0.0.1 (02:00:00:00:00:01) offers 10.0.0.7/24, and the node has no"));
    }

    private static Offer offer(String address) {
        var terms = new Terms(
                IpAddress.parse("10.0.0.1"),
                MacAddress.parse("02:00:00:00:00:01"),
                Prefix.parse(address),
                600,
                300,
                525,
                null,
                List.of(),
                0,
                new Resolver(List.of(), null, List.of()));
        return new Offer(terms, "", true);
    }
}
