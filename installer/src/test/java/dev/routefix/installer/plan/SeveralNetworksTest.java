package dev.routefix.installer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.Paths;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A node with two networks, that of {@link Sample} and one in a VLAN. */
class SeveralNetworksTest {

    private static final MacAddress MAC = HostLink.macFor("node-1", Sample.MASTER_MAC, "mac1");

    private static final String[] IOT = {
        "CNI_NETWORK_NAME=iot",
        "MASTER_IFACE=eth0.20",
        "HOST_IFACE=mac1",
        "GATEWAY=169.254.2.1",
        "ROUTER=192.168.20.1",
        "MODE=runtime-class",
        "LAN_CONF_DIR=/etc/cni/iot.d"
    };

    private static Wanted iot() {
        return Wanted.installed(
                Sample.configuration(IOT),
                Paths.under(Path.of("/")),
                Sample.link(3, "eth0.20"),
                MAC,
                PluginBuild.of(
                        Sample.BUILD,
                        PluginBuild.settings(
                                Path.of("/run/route-fix/route-fix.sock"),
                                Path.of("/opt/cni/bin/.route-fix", Sample.BUILD))),
                Rule.Mode.NFT,
                false,
                true);
    }

    private static Wanted both() {
        return Sample.wanted().and(iot());
    }

    private static Found met(Wanted wanted) {
        var found = Sample.met(Sample.wanted());
        var conflist = Objects.requireNonNull(iot().conflist());
        var there = new Found(
                found.runtimes(),
                Map.of(conflist.path(), new FoundFile(conflist.content().digest(), false, false)),
                found.networks(),
                new HostLink(
                        8,
                        "mac1",
                        "macvlan",
                        3,
                        MAC,
                        true,
                        true,
                        false,
                        1500,
                        List.of(new LinkAddress(8, Prefix.parse("169.254.2.1/32"), Scope.LINK))),
                List.of(),
                iot().settings(),
                Map.of(),
                false,
                List.of(),
                List.of());
        var all = Sample.with(found, rules(wanted)).and(there);
        return with(all, wanted.ways());
    }

    private static Found with(Found found, LanWay ways) {
        return new Found(
                found.runtimes(),
                found.files(),
                found.networks(),
                found.link(),
                found.oldLinks(),
                found.settings(),
                found.rules(),
                found.dhcpDaemon(),
                found.cutOff(),
                found.hostPorts(),
                found.unread(),
                found.otherLinks(),
                ways);
    }

    private static Map<Rule.Mode, Map<Rule.Chain, ChainListing>> rules(Wanted wanted) {
        return rules(wanted.rules());
    }

    /** As they come to stand: what has to be first is. */
    private static Map<Rule.Mode, Map<Rule.Chain, ChainListing>> rules(List<WantedRule> wanted) {
        var sorted = new ArrayList<>(wanted);
        sorted.sort(Comparator.comparing(rule -> !(rule.place() instanceof Place.First)));
        return Sample.nft(sorted.stream().map(WantedRule::rule).toArray(Rule[]::new));
    }

    private static List<String> repairs(Wanted wanted, Found found) {
        return HostPlan.between(wanted, found).stream()
                .flatMap(item -> item.repairs().stream())
                .map(Object::toString)
                .toList();
    }

    @Test
    void a_node_that_has_both_wants_nothing_in_whatever_order_their_rules_stand() {
        var wanted = both();
        assertThat(repairs(wanted, met(wanted))).isEmpty();

        var others = new ArrayList<>(wanted.rules());
        Collections.reverse(others);
        var found = Sample.with(met(wanted), rules(others)).and(met(wanted));
        assertThat(repairs(wanted, with(found, wanted.ways()))).isEmpty();
    }

    @Test
    void a_rule_of_somebody_else_before_ours_is_no_rule_of_another_network() {
        var wanted = both();
        var rules = new ArrayList<Rule>();
        rules.add(new Rule(Rule.Chain.FORWARD, List.of("-j", "KUBE-FORWARD")));
        wanted.rules().forEach(rule -> rules.add(rule.rule()));
        var found = with(
                Sample.with(met(wanted), Sample.nft(rules.toArray(Rule[]::new))).and(met(wanted)), wanted.ways());

        assertThat(repairs(wanted, found))
                .contains("add iptables rule (nft) " + Rule.acceptInvalid("mac0"))
                .contains("add iptables rule (nft) " + Rule.acceptInvalid("mac1"));
    }

    @Test
    void each_has_its_interface_its_settings_its_rules_its_conflist_and_one_its_way_out() {
        assertThat(repairs(both(), Sample.met(Sample.wanted())))
                .anyMatch(repair -> repair.startsWith("create mac1: "))
                .anyMatch(repair -> repair.contains("net.ipv4.conf.mac1.send_redirects"))
                .contains("set net.ipv4.conf.eth0.20.forwarding=1")
                .contains("add iptables rule (nft) " + Rule.acceptInvalid("mac1"))
                .contains("write /etc/cni/iot.d/0-route-fix.conflist")
                .anyMatch(repair -> repair.startsWith("add the route default via 192.168.20.1 dev #3 table "))
                .contains("add the rule \"from all iif mac1 lookup 254 suppress_prefixlength 0\"")
                .noneMatch(repair -> repair.contains("mac0"));
    }

    @Test
    void a_network_that_is_gone_is_taken_away_and_the_other_is_left_alone() {
        var repairs = repairs(Sample.wanted(), met(both()));

        assertThat(repairs)
                .contains("remove mac1", "remove /etc/cni/iot.d/0-route-fix.conflist")
                .contains("delete iptables rule (nft) " + Rule.accept("mac1"))
                .anyMatch(repair -> repair.startsWith("lead nothing any more by the rule \"from all iif mac1 lookup "))
                .anyMatch(repair -> repair.startsWith("take away the route default via 192.168.20.1"))
                .noneMatch(repair -> repair.contains("mac0"));
    }

    @Test
    void uninstalling_takes_both_away() {
        assertThat(HostPlan.towardsNothing(met(both())).stream()
                        .flatMap(item -> item.repairs().stream())
                        .map(Object::toString))
                .contains("remove mac0", "remove mac1", "remove /etc/cni/iot.d/0-route-fix.conflist")
                .anyMatch(repair -> repair.startsWith("take away the route "));
    }

    @Test
    void a_node_without_other_LANs_is_not_bothered_with_the_word() {
        assertThat(HostPlan.between(Sample.wanted(), Sample.met(Sample.wanted())))
                .noneMatch(item -> item.thing().startsWith("ways"));
    }
}
