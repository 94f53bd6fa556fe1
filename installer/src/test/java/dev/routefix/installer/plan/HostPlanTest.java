package dev.routefix.installer.plan;

import static dev.routefix.installer.plan.Sample.met;
import static dev.routefix.installer.plan.Sample.wanted;
import static dev.routefix.installer.plan.Sample.withFile;
import static dev.routefix.installer.plan.Sample.withRuntimes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.attachment.Attachment;
import dev.routefix.cni.AttachmentId;
import dev.routefix.installer.plan.Found.HostPortState;
import dev.routefix.installer.plan.Repair.PutRuntime;
import dev.routefix.installer.plan.Repair.RemoveFile;
import dev.routefix.installer.plan.Repair.RemoveRuntime;
import dev.routefix.installer.plan.Repair.StartDhcpDaemon;
import dev.routefix.installer.plan.Repair.WriteFile;
import dev.routefix.netlink.IpAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HostPlanTest {

    private static final Path PLUGIN = Path.of("/opt/cni/bin/route-fix");
    private static final Path LOOPBACK = Path.of("/opt/cni/bin/loopback");
    private static final Path MACVLAN = Path.of("/opt/cni/bin/macvlan");
    private static final Path CONFLIST = Path.of("/etc/cni/net.d/0-route-fix.conflist");

    private final Wanted wanted = wanted();
    private final Found met = met(wanted);

    @Test
    void nothing_is_done_to_a_node_that_is_as_wanted() {
        assertThat(repairs(wanted, met)).isEmpty();
    }

    @Test
    void a_new_node_gets_everything_in_the_order_that_invites_pods_last() {
        assertThat(repairs(wanted, Sample.EMPTY))
                .extracting(repair -> repair.toString().split(" \\(|: ", 2)[0])
                .containsExactly(
                        "put runtime 0.1.0-new on the host",
                        "write /opt/cni/bin/route-fix",
                        "write /opt/cni/bin/loopback",
                        "create mac0",
                        "set net.ipv4.conf.eth0.forwarding=1",
                        "set net.ipv4.conf.mac0.forwarding=1",
                        "set net.ipv4.conf.mac0.send_redirects=0",
                        "set net.ipv4.ip_forward=1",
                        "set net.ipv6.conf.mac0.disable_ipv6=1",
                        "add iptables rule",
                        "add iptables rule",
                        "add iptables rule",
                        "add iptables rule",
                        "add iptables rule",
                        "add iptables rule",
                        "add iptables rule",
                        "start the dhcp daemon",
                        "write /etc/cni/net.d/0-route-fix.conflist");
    }

    @Test
    void uninstalling_takes_everything_away_and_what_answers_a_runtime_last() {
        assertThat(repairs(HostPlan.towardsNothing(met)))
                .extracting(repair -> repair.toString().split(" \\(|: ", 2)[0])
                .containsExactly(
                        "delete iptables rule",
                        "delete iptables rule",
                        "delete iptables rule",
                        "delete iptables rule",
                        "delete iptables rule",
                        "delete iptables rule",
                        "delete iptables rule",
                        "remove mac0",
                        "remove /opt/cni/bin/loopback",
                        "remove /etc/cni/net.d/0-route-fix.conflist",
                        "remove /opt/cni/bin/route-fix",
                        "remove runtime 0.1.0-new");
    }

    @Test
    void uninstalling_an_empty_node_does_nothing() {
        assertThat(HostPlan.towardsNothing(Sample.EMPTY)).isEmpty();
    }

    @Test
    void a_damaged_runtime_is_put_right() {
        assertThat(repairs(wanted, withRuntimes(met, Map.of(Sample.BUILD, new FoundRuntime(false, true)))))
                .containsExactly(new PutRuntime(Sample.BUILD));
    }

    @Test
    void an_old_runtime_goes_once_the_relay_is_the_new_ones_and_nobody_runs_it() {
        var builds = Map.of(Sample.BUILD, new FoundRuntime(true, true), "0.1.0-old", new FoundRuntime(true, false));

        assertThat(repairs(wanted, withRuntimes(met, builds))).containsExactly(new RemoveRuntime("0.1.0-old"));
    }

    @Test
    void an_old_runtime_stays_while_somebody_runs_it() {
        var builds = Map.of(Sample.BUILD, new FoundRuntime(true, true), "0.1.0-old", new FoundRuntime(true, true));

        assertThat(repairs(wanted, withRuntimes(met, builds))).isEmpty();
    }

    @Test
    void an_old_runtime_stays_in_the_pass_that_replaces_the_relay() {
        var builds = Map.of(Sample.BUILD, new FoundRuntime(true, true), "0.1.0-old", new FoundRuntime(true, false));
        var found = withFile(withRuntimes(met, builds), PLUGIN, new FoundFile("another", true, false));

        assertThat(repairs(wanted, found))
                .containsExactly(new WriteFile(Objects.requireNonNull(wanted.relay()), false));
    }

    @Test
    void a_changed_relay_is_written_again() {
        assertThat(repairs(wanted, withFile(met, PLUGIN, new FoundFile("tampered", true, false))))
                .containsExactly(new WriteFile(Objects.requireNonNull(wanted.relay()), false));
    }

    @Test
    void a_relay_that_nobody_may_execute_is_written_again() {
        var digest = Objects.requireNonNull(wanted.relay()).content().digest();

        assertThat(repairs(wanted, withFile(met, PLUGIN, new FoundFile(digest, false, false))))
                .containsExactly(new WriteFile(Objects.requireNonNull(wanted.relay()), false));
    }

    @Test
    void a_missing_loopback_is_brought_and_recorded() {
        assertThat(repairs(wanted, withFile(met, LOOPBACK, null))).containsExactly(new WriteFile(loopback(), true));
    }

    @Test
    void beside_another_network_none_is_brought_as_its_pods_would_need_it_after_us() {
        assertThat(repairs(Sample.wanted("MODE=runtime-class"), Sample.EMPTY))
                .extracting(Repair::toString)
                .noneMatch(line -> line.contains("loopback"))
                .last()
                .isEqualTo("write /etc/cni/lan.d/0-route-fix.conflist");
    }

    @Test
    void a_loopback_of_the_hosts_own_is_left_alone() {
        assertThat(repairs(wanted, withFile(met, LOOPBACK, new FoundFile("theirs", true, false))))
                .isEmpty();
    }

    @Test
    void a_loopback_that_we_brought_follows_the_build() {
        assertThat(repairs(wanted, withFile(met, LOOPBACK, new FoundFile("older", true, true))))
                .containsExactly(new WriteFile(loopback(), true));
    }

    @Test
    void a_loopback_that_nobody_recorded_is_known_by_its_content() {
        assertThat(repairs(
                        wanted,
                        withFile(
                                met,
                                LOOPBACK,
                                new FoundFile(loopback().content().digest(), true, false))))
                .containsExactly(new WriteFile(loopback(), true));
    }

    @Test
    void plugins_that_a_version_before_brought_stay_until_everything_goes() {
        var found = withFile(met, MACVLAN, new FoundFile("debian's", true, true));

        assertThat(repairs(wanted, found)).isEmpty();
        assertThat(repairs(HostPlan.towardsNothing(found))).contains(new RemoveFile(MACVLAN), new RemoveFile(LOOPBACK));
    }

    @Test
    void uninstalling_leaves_a_plugin_that_is_not_ours_or_no_longer() {
        var found = withFile(met, MACVLAN, new FoundFile("theirs", true, false));

        assertThat(repairs(HostPlan.towardsNothing(found)))
                .doesNotContain(new RemoveFile(MACVLAN))
                .contains(new RemoveFile(LOOPBACK));
    }

    private WantedFile loopback() {
        return Objects.requireNonNull(wanted.loopback());
    }

    @Test
    void the_dhcp_daemon_is_started_where_none_answers() {
        var silent = new Found(
                met.runtimes(),
                met.files(),
                met.networks(),
                met.link(),
                List.of(),
                met.settings(),
                met.rules(),
                false,
                List.of(),
                List.of());

        assertThat(repairs(wanted, silent)).containsExactly(new StartDhcpDaemon());
    }

    @Test
    void a_conflist_that_differs_is_written() {
        assertThat(repairs(wanted, withFile(met, CONFLIST, new FoundFile("other", false, false))))
                .containsExactly(new WriteFile(Objects.requireNonNull(wanted.conflist()), false));
    }

    @Test
    void another_priority_moves_the_conflist_without_a_moment_without_one() {
        var moved = wanted("PRIORITY=05");

        assertThat(repairs(moved, met))
                .containsExactly(
                        new WriteFile(Objects.requireNonNull(moved.conflist()), false), new RemoveFile(CONFLIST));
    }

    @Test
    void CONFLIST_none_takes_it_away() {
        assertThat(repairs(wanted("CONFLIST=none"), met)).containsExactly(new RemoveFile(CONFLIST));
    }

    @Test
    void a_pod_that_is_cut_off_is_reconnected_last() {
        var pod = new Attachment(
                new AttachmentId("c1", "eth0"), "/run/netns/p", "", "mac0", List.of(IpAddress.parse("192.168.2.76")));
        var found = new Found(
                Map.of(), Map.of(), List.of(), null, List.of(), Map.of(), Map.of(), false, List.of(pod), List.of());

        assertThat(repairs(wanted, found)).last().isEqualTo(new Repair.Reconnect(pod));
        assertThat(HostPlan.towardsNothing(found)).isEmpty();
    }

    @Test
    void ports_of_the_node_are_looked_after_and_taken_away() {
        assertThat(HostPlan.between(wanted, ports(HostPortState.NONE)))
                .extracting(Item::thing)
                .doesNotContain("host ports");
        assertThat(HostPlan.between(wanted, ports(HostPortState.THERE)).getLast())
                .isEqualTo(new Item("host ports", "lead to their pods", "as wanted", List.of()));
        assertThat(repairs(wanted, ports(HostPortState.DIFFERENT))).last().isEqualTo(new Repair.OpenHostPorts());
        assertThat(repairs(HostPlan.towardsNothing(ports(HostPortState.NONE)))).isEmpty();
        assertThat(repairs(HostPlan.towardsNothing(ports(HostPortState.THERE).dataPlane())))
                .containsExactly(new Repair.ShutHostPorts());
    }

    private static Found ports(HostPortState state) {
        return new Found(
                Map.of(),
                Map.of(),
                List.of(),
                null,
                List.of(),
                Map.of(),
                Map.of(),
                false,
                List.of(),
                state,
                List.of(),
                List.of(),
                LanWay.NONE);
    }

    private static List<Repair> repairs(Wanted wanted, Found found) {
        return repairs(HostPlan.between(wanted, found));
    }

    private static List<Repair> repairs(List<Item> items) {
        var repairs = new ArrayList<Repair>();
        items.forEach(item -> repairs.addAll(item.repairs()));
        return repairs;
    }
}
