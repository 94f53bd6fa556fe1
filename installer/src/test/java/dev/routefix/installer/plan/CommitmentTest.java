package dev.routefix.installer.plan;

import static dev.routefix.installer.plan.Sample.MASTER;
import static dev.routefix.installer.plan.Sample.MASTER_MAC;
import static dev.routefix.installer.plan.Sample.configuration;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.attachment.Attachment;
import dev.routefix.cni.AttachmentId;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.NetworkMode;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.MacAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommitmentTest {

    private static final IpAddress GATEWAY = IpAddress.parse("169.254.1.1");
    private static final MacAddress MAC = HostLink.macFor("node-1", MASTER_MAC, "mac0");
    private static final Attachment POD = pod("mac0", new Attachment.Gateway(GATEWAY, MAC));

    @Test
    void pods_that_suit_the_configuration_bind_it_to_nothing() {
        var commitment = of(configuration(), POD);

        assertThat(commitment).isEqualTo(new Commitment(configuration(), MAC, List.of()));
    }

    @Test
    void another_GATEWAY_is_refused_and_the_old_one_kept() {
        var commitment = of(configuration("GATEWAY=169.254.9.9"), POD);

        assertThat(commitment.configuration()).isEqualTo(configuration("MASTER_IFACE=eth0"));
        assertThat(commitment.mac()).isEqualTo(MAC);
        assertThat(commitment.refused())
                .containsExactly(Finding.blocking(
                        "settings",
                        "the old value stays",
                        "GATEWAY=169.254.9.9 is refused while pods depend on 169.254.1.1, which is kept for"
                                + " shop/web-0 (192.168.2.76)",
                        "set GATEWAY=169.254.1.1 again, or move them" + " (kubectl drain node-1 --ignore-daemonsets)"));
    }

    @Test
    void another_HOST_IFACE_is_refused_also_for_the_sake_of_pods_of_whose_gateway_nothing_is_known() {
        for (var pod : List.of(POD, pod("mac0", null))) {
            var commitment = of(configuration("HOST_IFACE=lan0"), pod);

            assertThat(commitment.configuration().hostInterface()).isEqualTo("mac0");
            assertThat(commitment.mac()).isEqualTo(MAC);
            assertThat(commitment.refused())
                    .singleElement()
                    .extracting(Finding::text)
                    .asString()
                    .startsWith("HOST_IFACE=lan0 is refused while pods depend on mac0,");
        }
    }

    @Test
    void another_NODE_NAME_or_parent_leaves_the_hardware_address_as_it_is() {
        var commitment = of(configuration("NODE_NAME=node-2"), POD);

        assertThat(commitment.mac()).isEqualTo(MAC);
        assertThat(commitment.refused())
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .contains("another hardware address for mac0", "NODE_NAME=node-2", MAC.toString(), "kubectl drain");
    }

    @Test
    void another_MASTER_IFACE_is_refused_and_the_old_one_kept() {
        var other = new Link(3, "eth1", 0, 0, Link.UP, 1500, MacAddress.parse("02:00:00:00:00:0b"), "");

        var commitment = of(configuration("MASTER_IFACE=eth1"), "eth1", List.of(MASTER, other, mac0()), POD);

        assertThat(commitment.configuration().master()).isEqualTo("eth0");
        assertThat(commitment.mac()).isEqualTo(MAC);
        assertThat(commitment.refused())
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .startsWith("MASTER_IFACE=eth1 is refused while pods depend on mac0 on eth0,");
    }

    @Test
    void another_MODE_is_refused_as_the_runtime_takes_pods_down_by_the_network_that_they_came_by() {
        var held = new Node(
                List.of(MASTER, mac0()), "eth0", List.of(), false, null, Map.of(), List.of(), NetworkMode.NODE);
        var asked = configuration("MODE=runtime-class");

        var commitment = Commitment.of(asked, held, List.of(POD), _ -> true);

        assertThat(commitment.configuration().mode()).isEqualTo(NetworkMode.NODE);
        assertThat(commitment.mac()).isEqualTo(MAC);
        assertThat(commitment.refused())
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .startsWith("MODE=runtime-class is refused while pods depend on /etc/cni/net.d/0-route-fix.conflist,")
                .contains("set MODE=node again");
        assertThat(Commitment.of(asked, held, List.of(POD), _ -> false).configuration())
                .isEqualTo(asked);
    }

    @Test
    void pods_that_are_gone_bind_it_to_nothing() {
        var asked = configuration("GATEWAY=169.254.9.9");

        var commitment = Commitment.of(asked, node("eth0", List.of(MASTER, mac0())), List.of(POD), _ -> false);

        assertThat(commitment.configuration()).isEqualTo(asked);
        assertThat(commitment.refused()).isEmpty();
    }

    @Test
    void pods_on_an_interface_that_somebody_else_has_made_bind_it_to_nothing() {
        var theirs = pod("lan0", new Attachment.Gateway(GATEWAY, MacAddress.parse("02:00:00:00:00:99")));

        assertThat(of(configuration(), theirs).refused()).isEmpty();
    }

    @Test
    void a_few_of_many_pods_are_named() {
        var commitment = of(configuration("GATEWAY=169.254.9.9"), POD, POD, POD, POD, POD);

        assertThat(commitment.refused())
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .contains("web-0 (192.168.2.76) and 2 more, so");
    }

    private static Commitment of(Configuration asked, Attachment... pods) {
        return of(asked, "eth0", List.of(MASTER, mac0()), pods);
    }

    private static Commitment of(Configuration asked, String master, List<Link> links, Attachment... pods) {
        return Commitment.of(asked, node(master, links), List.of(pods), _ -> true);
    }

    private static Node node(String master, List<Link> links) {
        return new Node(links, master, List.of(), false, null, Map.of(), List.of());
    }

    private static Link mac0() {
        return new Link(7, "mac0", MASTER.index(), 0, Link.UP, 1500, MAC, HostLink.MACVLAN);
    }

    private static Attachment pod(String hostInterface, Attachment.@Nullable Gateway gateway) {
        return new Attachment(
                new AttachmentId("c1", "eth0"),
                "/run/netns/p",
                "1",
                "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0",
                hostInterface,
                gateway,
                List.of(IpAddress.parse("192.168.2.76")));
    }
}
