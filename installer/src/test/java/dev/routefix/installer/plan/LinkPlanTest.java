package dev.routefix.installer.plan;

import static dev.routefix.installer.plan.Sample.hostLink;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LinkPlanTest {

    private static final LinkAddress GATEWAY = new LinkAddress(7, Prefix.parse("169.254.1.1/32"), Scope.LINK);

    private final Wanted wanted = Sample.wanted();
    private final MacAddress mac = Objects.requireNonNull(hostLink().mac());

    @Test
    void an_interface_that_is_fine_is_never_touched() {
        assertThat(changes(hostLink())).isEmpty();
    }

    @Test
    void the_interface_wanted_is_a_macvlan_without_arp_and_with_the_gateways_address_on_the_link() {
        var link = Objects.requireNonNull(wanted.link());

        assertThat(link.kind()).isEqualTo("macvlan");
        assertThat(link.parent()).isEqualTo(Sample.MASTER.index());
        assertThat(link.noArp()).isTrue();
        assertThat(link.up()).isTrue();
        assertThat(link.addresses()).containsExactly(new LinkAddress(0, Prefix.parse("169.254.1.1/32"), Scope.LINK));
    }

    @Test
    void arp_is_switched_off_again_without_taking_it_down() {
        assertThat(changes(link(mac, true, false, GATEWAY)))
                .containsExactly(new Change.SetFlags(7, Link.NOARP, Link.NOARP));
    }

    @Test
    void it_is_set_up_again() {
        assertThat(changes(link(mac, false, true, GATEWAY))).containsExactly(new Change.SetFlags(7, Link.UP, Link.UP));
    }

    @Test
    void its_hardware_address_is_put_right_in_place() {
        assertThat(changes(link(MacAddress.parse("02:00:00:00:00:99"), true, true, GATEWAY)))
                .containsExactly(new Change.SetMac(7, mac));
    }

    @Test
    void a_missing_address_is_put_back() {
        assertThat(changes(link(mac, true, true))).containsExactly(new Change.PutAddress(GATEWAY));
    }

    @Test
    void an_address_of_the_wrong_scope_is_replaced() {
        var universe = new LinkAddress(7, GATEWAY.prefix(), Scope.UNIVERSE);

        assertThat(changes(link(mac, true, true, universe)))
                .containsExactly(new Change.DeleteAddress(universe), new Change.PutAddress(GATEWAY));
    }

    @Test
    void multicast_is_switched_off_again() {
        assertThat(changes(link(true, 1500))).containsExactly(new Change.SetFlags(7, 0, Link.MULTICAST));
    }

    @Test
    void it_gets_its_parents_mtu() {
        assertThat(changes(link(false, 9000))).containsExactly(new Change.SetMtu(7, 1500));
    }

    @Test
    void it_is_made_with_its_settings_before_it_is_up() {
        var create = LinkPlan.between(wanted, Sample.EMPTY).getFirst().repairs().getFirst();

        assertThat(create).isInstanceOfSatisfying(Repair.CreateLink.class, made -> {
            assertThat(made.link().flags()).isEqualTo(Link.NOARP);
            assertThat(made.settings())
                    .containsOnlyKeys(
                            "net/ipv4/conf/mac0/forwarding",
                            "net/ipv4/conf/mac0/send_redirects",
                            "net/ipv6/conf/mac0/disable_ipv6");
        });
    }

    @Test
    void an_address_that_somebody_gave_it_stays() {
        assertThat(changes(link(
                        mac,
                        true,
                        true,
                        GATEWAY,
                        new LinkAddress(7, Prefix.parse("192.168.2.250/32"), Scope.UNIVERSE),
                        new LinkAddress(7, Prefix.parse("169.254.7.1/16"), Scope.LINK))))
                .isEmpty();
    }

    @Test
    void an_address_of_an_earlier_configuration_goes() {
        var old = new LinkAddress(7, Prefix.parse("169.254.7.1/32"), Scope.LINK);

        assertThat(changes(link(mac, true, true, old, GATEWAY))).containsExactly(new Change.DeleteAddress(old));
    }

    @Test
    void the_hardware_address_is_the_same_every_time_and_differs_by_node_parent_and_name() {
        var parent = Sample.MASTER_MAC;
        var other = MacAddress.parse("02:00:00:00:00:0b");

        assertThat(HostLink.macFor("a", parent, "mac0")).isEqualTo(HostLink.macFor("a", parent, "mac0"));
        assertThat(List.of(
                        HostLink.macFor("a", parent, "mac0"),
                        HostLink.macFor("b", parent, "mac0"),
                        HostLink.macFor("a", other, "mac0"),
                        HostLink.macFor("a", parent, "mac1")))
                .doesNotHaveDuplicates();
    }

    @Test
    void the_hardware_address_is_unicast_and_locally_administered() {
        for (int node = 0; node < 64; node++) {
            int first =
                    HostLink.macFor("node-" + node, Sample.MASTER_MAC, "mac0").toBytes()[0];
            assertThat(first & 0x01).isZero();
            assertThat(first & 0x02).isNotZero();
        }
    }

    private HostLink link(boolean multicast, int mtu) {
        return new HostLink(7, "mac0", "macvlan", 2, mac, true, true, multicast, mtu, List.of(GATEWAY));
    }

    private static HostLink link(MacAddress mac, boolean up, boolean noArp, LinkAddress... addresses) {
        return new HostLink(7, "mac0", "macvlan", 2, mac, up, noArp, false, 1500, List.of(addresses));
    }

    private List<Change> changes(HostLink there) {
        var changes = new ArrayList<Change>();
        for (var item : LinkPlan.between(wanted, Sample.with(Sample.met(wanted), there))) {
            for (var repair : item.repairs()) {
                changes.addAll(((Repair.ChangeLink) repair).changes());
            }
        }
        return changes;
    }
}
