package dev.routefix.installer.plan;

import static dev.routefix.installer.plan.Sample.address;
import static dev.routefix.installer.plan.Sample.configuration;
import static dev.routefix.installer.plan.Sample.link;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.Option;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PreflightTest {

    private static final Map<Option, Node.Access> WRITABLE =
            Map.of(Option.CNI_BIN_DIR, Node.Access.WRITABLE, Option.CNI_CONF_DIR, Node.Access.WRITABLE);
    private static final LinkAddress GATEWAY = address(5, "169.254.1.1/32");

    @Test
    void a_wired_interface_on_the_LAN_will_do() {
        assertThat(problems(node("eth0", link(2, "eth0")))).isEmpty();
    }

    @Test
    void a_node_without_default_route_needs_MASTER_IFACE() {
        assertThat(problems(node(null, link(2, "eth0"))))
                .singleElement()
                .asString()
                .contains("no IPv4 default route", "set MASTER_IFACE");
    }

    @Test
    void the_master_must_exist() {
        assertThat(problems(node("eth9", link(2, "eth0"))))
                .containsExactly(
                        "MASTER_IFACE eth9 does not exist on this node: set it to the interface that is on the LAN");
    }

    @Test
    void the_master_must_be_up() {
        assertThat(problems(node("eth0", with(0, 0, ""))))
                .singleElement()
                .asString()
                .startsWith("MASTER_IFACE eth0 is down: ip link set eth0 up");
    }

    @Test
    void the_master_must_not_be_the_loopback() {
        assertThat(problems(node("eth0", with(Link.UP | Link.LOOPBACK, 0, ""))))
                .singleElement()
                .asString()
                .contains("is the loopback");
    }

    @Test
    void the_master_must_be_ethernet() {
        var tunnel = new Link(2, "eth0", 0, 0, Link.UP, 1500, null, "tun");

        assertThat(problems(node("eth0", tunnel))).singleElement().asString().contains("is no Ethernet interface");
    }

    @Test
    void a_port_of_a_bridge_names_the_bridge_to_use() {
        var bridge = new Link(3, "br0", 0, 0, Link.UP, 1500, Sample.MASTER_MAC, "bridge");

        assertThat(problems(node("eth0", with(Link.UP, 3, ""), bridge)))
                .containsExactly(
                        "MASTER_IFACE eth0 is a port of bridge br0 and can carry no macvlan: set MASTER_IFACE=br0");
    }

    @Test
    void a_VLAN_a_bond_and_a_bridge_will_do() {
        for (var kind : List.of("vlan", "bond", "bridge", "team")) {
            var eth0 = new Link(3, "eth0", 0, kind.equals("vlan") ? 0 : 2, Link.UP, 1500, Sample.MASTER_MAC, "");
            var lan = new Link(2, "lan", kind.equals("vlan") ? 3 : 0, 0, Link.UP, 1500, Sample.MASTER_MAC, kind);

            assertThat(problems(node("lan", eth0, lan))).as(kind).isEmpty();
        }
    }

    @Test
    void a_port_of_a_bond_names_the_bond_to_use() {
        var bond = new Link(3, "bond0", 0, 0, Link.UP, 1500, Sample.MASTER_MAC, "bond");

        assertThat(problems(node("eth0", with(Link.UP, 3, ""), bond)))
                .containsExactly(
                        "MASTER_IFACE eth0 is a port of bond bond0 and can carry no macvlan: set MASTER_IFACE=bond0");
    }

    @Test
    void a_VLAN_that_is_a_port_of_a_bridge_names_the_bridge_to_use() {
        var vlan = new Link(2, "eth0.20", 4, 3, Link.UP, 1500, Sample.MASTER_MAC, "vlan");
        var bridge = new Link(3, "br20", 0, 0, Link.UP, 1500, Sample.MASTER_MAC, "bridge");

        assertThat(problems(node("eth0.20", vlan, bridge, link(4, "eth0"))))
                .singleElement()
                .asString()
                .endsWith("set MASTER_IFACE=br20");
    }

    @Test
    void a_node_whose_own_address_is_on_a_macvlan_is_told_where_it_has_to_be() {
        var shim = new Link(5, "shim", 2, 0, Link.UP, 1500, Sample.MASTER_MAC, "macvlan", Link.HERE, Link.BRIDGE);

        assertThat(problems(node("shim", link(2, "eth0"), shim)))
                .containsExactly("MASTER_IFACE shim is itself a macvlan of eth0, and pods' packets would not leave by"
                        + " it: give the node's address to eth0 and remove shim, then set MASTER_IFACE=eth0");
    }

    @Test
    void a_macvlan_whose_parent_is_in_another_namespace_is_no_parent_either() {
        var inContainer = new Link(5, "eth0", 2, 0, Link.UP, 1500, Sample.MASTER_MAC, "macvlan", 0, Link.BRIDGE);

        assertThat(problems(node("eth0", link(2, "other"), inContainer)))
                .singleElement()
                .asString()
                .contains("is itself a macvlan of the interface below it")
                .doesNotContain("other");
    }

    @Test
    void a_wireless_master_is_refused() {
        var node = new Node(List.of(link(2, "wlan0")), "wlan0", List.of(), true, null, WRITABLE, List.of());

        assertThat(problems(node)).singleElement().asString().contains("wlan0 is wireless", "use a wired interface");
    }

    @Test
    void the_gateway_must_lie_outside_the_LAN() {
        var node = new Node(
                List.of(link(2, "eth0")),
                "eth0",
                List.of(address(2, "169.254.1.7/16")),
                false,
                null,
                WRITABLE,
                List.of());

        assertThat(problems(node))
                .singleElement()
                .asString()
                .startsWith("GATEWAY 169.254.1.1 lies inside 169.254.0.0/16, the network of eth0");
    }

    @Test
    void somebody_elses_interface_of_our_name_is_named_and_left_alone() {
        var dummy = new Link(5, "mac0", 0, 0, Link.UP, 1500, Sample.MASTER_MAC, "dummy");

        assertThat(problems(node("eth0", link(2, "eth0"), dummy)))
                .singleElement()
                .asString()
                .contains("mac0 exists and is no macvlan but a dummy", "left alone", "HOST_IFACE");
    }

    @Test
    void a_macvlan_of_another_parent_is_named_and_left_alone() {
        var macvlan = new Link(5, "mac0", 3, 0, Link.UP, 1500, Sample.MASTER_MAC, "macvlan");

        assertThat(problems(node("eth0", link(2, "eth0"), link(3, "eth1"), macvlan)))
                .singleElement()
                .asString()
                .contains("mac0 exists and is a macvlan of eth1, not of eth0", "left alone");
    }

    @Test
    void a_macvlan_in_another_mode_is_named_and_left_alone() {
        var macvlan = new Link(5, "mac0", 2, 0, Link.UP, 1500, Sample.MASTER_MAC, "macvlan", Link.HERE, 1);

        assertThat(problems(node("eth0", link(2, "eth0"), macvlan)))
                .singleElement()
                .asString()
                .contains("mac0 exists and is a macvlan in another mode than bridge", "left alone");
    }

    @Test
    void a_macvlan_of_the_master_made_by_hand_for_the_pods_is_taken_over() {
        assertThat(problems(strange(List.of(GATEWAY), List.of()))).isEmpty();
        assertThat(problems(strange(List.of(GATEWAY), List.of(route("192.168.2.76/32", Route.OURS)))))
                .isEmpty();
    }

    @Test
    void a_macvlan_that_somebody_uses_is_named_with_what_is_on_it_and_left_alone() {
        var shim = strange(List.of(address(5, "192.168.2.250/32")), List.of(route("192.168.2.248/29", Route.BOOT)));

        assertThat(problems(shim))
                .containsExactly(
                        "HOST_IFACE mac0 exists and is not route-fix's: it has the address 192.168.2.250/32 and a"
                                + " route to 192.168.2.248/29; it is left alone: remove it (ip link delete mac0), or set HOST_IFACE"
                                + " to another name");
        assertThat(problems(strange(List.of(GATEWAY, address(5, "192.168.2.250/32")), List.of())))
                .hasSize(1);
        assertThat(problems(strange(List.of(GATEWAY), List.of(route("10.8.0.0/24", Route.STATIC)))))
                .hasSize(1);
        assertThat(problems(strange(List.of(), List.of())))
                .singleElement()
                .asString()
                .contains("it has no address 169.254.1.1; it is left alone");
    }

    @Test
    void directories_that_are_missing_or_read_only_and_missing_parts_are_all_told_at_once() {
        var node = new Node(
                List.of(link(2, "eth0")),
                "eth0",
                List.of(),
                false,
                null,
                Map.of(Option.CNI_BIN_DIR, Node.Access.READ_ONLY, Option.CNI_CONF_DIR, Node.Access.MISSING),
                List.of("iptables is missing"));

        assertThat(problems(node))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("CNI_BIN_DIR /opt/cni/bin cannot be written: "),
                        second -> assertThat(second).startsWith("CNI_CONF_DIR /etc/cni/net.d does not exist: "),
                        third -> assertThat(third).isEqualTo("iptables is missing"));
    }

    private static Link with(int flags, int controller, String kind) {
        return new Link(2, "eth0", 0, controller, flags, 1500, Sample.MASTER_MAC, kind);
    }

    private static Node strange(List<LinkAddress> addresses, List<Route> routes) {
        var macvlan = new Link(5, "mac0", 2, 0, Link.UP, 1500, Sample.MASTER_MAC, "macvlan", Link.HERE, Link.BRIDGE);
        return new Node(
                List.of(link(2, "eth0"), macvlan),
                "eth0",
                List.of(address(2, "192.168.2.10/24")),
                false,
                new Stranger(macvlan, addresses, routes),
                WRITABLE,
                List.of());
    }

    private static Route route(String destination, int protocol) {
        return new Route(Prefix.parse(destination), null, 5, null, Scope.LINK, protocol, 0);
    }

    private static Node node(@Nullable String master, Link... links) {
        return new Node(
                List.of(links), master, List.of(address(2, "192.168.2.10/24")), false, null, WRITABLE, List.of());
    }

    private static List<String> problems(Node node) {
        return Preflight.problems(configuration(), node);
    }
}
