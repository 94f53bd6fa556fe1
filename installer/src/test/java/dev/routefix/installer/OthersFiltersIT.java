package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.Caller;
import dev.routefix.lab.Flow;
import dev.routefix.lab.Matrix;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.kube.Dialect;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Output;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What others have on a node that works against pods and is not ours to change: it is named with a cure that helps, and what does no harm is not. The names
 * begin with the numbers of faults from the field.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OthersFiltersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** As firewalld has it, after the chain of iptables. */
    private static final String FIREWALLD = """
            table inet firewalld {
              chain filter_FORWARD {
                type filter hook forward priority filter + 10; policy accept;
                ct state { established, related } accept
                ct status dnat accept
                iifname "lo" accept
                jump filter_FORWARD_POLICIES
                ct state invalid drop
                reject with icmpx admin-prohibited
              }
              chain filter_FORWARD_POLICIES {
                iifname "wg0" accept
                ip saddr 10.9.0.0/24 reject
              }
            }
            """;

    /** As libvirt, Docker and podman have it: for interfaces of their own. */
    private static final String FOR_THEIR_OWN = """
            table ip libvirt_network {
              chain forward {
                type filter hook forward priority filter; policy accept;
                counter jump guest_cross
                counter jump guest_input
              }
              chain guest_cross {
                iif "virbr0" oif "virbr0" counter accept
              }
              chain guest_input {
                oifname "virbr0" ip daddr 192.168.122.0/24 ct state related,established counter accept
                oifname "virbr0" counter reject
              }
            }
            table ip docker-bridges {
              map jumps {
                type ifname : verdict
                elements = { "docker0" : jump dropping }
              }
              chain dropping {
                counter drop
              }
              chain filter-FORWARD {
                type filter hook forward priority filter; policy accept;
                oifname vmap @jumps
                iifname vmap { "docker0" : jump dropping, "br-1" : drop }
                ip saddr 10.9.0.0/24 drop
                ct state vmap { established : accept, related : accept }
                ip saddr 10.9.0.0/24 limit rate 1/second drop
              }
              chain nat-POSTROUTING {
                type nat hook postrouting priority srcnat; policy accept;
                ip saddr 172.17.0.0/16 oifname != "docker0" masquerade
                oifname "wg0" masquerade
              }
            }
            """;

    private InstalledLan installed;
    private Pod pod;

    /** What a test has done to the node, undone in reverse. */
    private final List<Command> undo = new ArrayList<>();

    @BeforeAll
    void install_on_a_node_and_start_a_pod(@TempDir Path directory) {
        installed = new InstalledLan(1, directory, Map.of());
        pod = installed.pod("a1", node());
        serve(KubeProxy.Options.DEFAULT);
    }

    @AfterEach
    void the_others_take_everything_back() {
        undo.reversed().forEach(Command::run);
        undo.clear();
        serve(KubeProxy.Options.DEFAULT);
        assertThat(status().ok()).isTrue();
    }

    @AfterAll
    void stop() {
        installed.close();
    }

    @Test
    void b4_firewalld_that_drops_pods_packets_is_named_with_a_cure_that_helps() {
        nft(FIREWALLD, "inet firewalld");
        assertThat(answersClient()).isFalse();

        var status = status();

        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.stdout())
                .contains(
                        "the chain inet firewalld filter_FORWARD of nftables drops pods' answers to LAN clients, what pods begin, so LAN clients do not hear"
                                + " pods, pods do not reach the LAN: ")
                .contains("firewall-cmd --permanent --zone=trusted --add-interface=mac0; firewall-cmd --reload")
                .doesNotContain("what load balancers send to pods");
        assertThat(carryOut(status, "nft insert rule inet firewalld [^;\\n]* accept"))
                .hasSize(1);
        isWell();
    }

    @Test
    void b4_a_policy_of_drop_in_a_table_of_nftables_is_named_with_a_cure_that_helps() {
        nft("""
                table ip own {
                  chain forward {
                    type filter hook forward priority 0; policy drop;
                    iif lo accept
                    iifname eth9 accept
                    ct state established,related accept
                  }
                }
                """, "ip own");
        assertThat(answersClient()).isFalse();

        var status = status();

        assertThat(status.stdout())
                .contains("the chain ip own forward of nftables drops", "what load balancers send to pods");
        assertThat(carryOut(status, "nft insert rule ip own [^;\\n]* accept")).hasSize(2);
        isWell();
    }

    @Test
    void b4_chains_that_others_have_for_their_own_interfaces_are_not_blamed() {
        node().netns().ip("link add virbr0 type bridge");
        undo.add(node().netns().command("ip", "link", "delete", "virbr0"));
        nft(FOR_THEIR_OWN, "ip libvirt_network", "ip docker-bridges");
        installed.appliance(node(), "install");

        isWell();
        assertThat(status().stdout()).doesNotContain("libvirt", "docker");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-P FORWARD DROP", "-A FORWARD -j REJECT"})
    void b4_the_other_packet_filter_that_forwards_nothing_is_named_with_a_cure_that_helps(String words) {
        legacy(words);
        undo.add(node().netns().command("iptables-legacy", "-F", "FORWARD"));
        undo.add(node().netns().command("iptables-legacy", "-P", "FORWARD", "ACCEPT"));
        assertThat(answersClient()).isFalse();

        var status = status();

        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.stdout())
                .contains(
                        "(iptables-legacy)",
                        "drops pods' answers to LAN clients, what pods begin, what load balancers send");
        assertThat(carryOut(status, "iptables-legacy -I FORWARD [^;\\n]* ACCEPT"))
                .hasSize(2);
        isWell();
    }

    @Test
    void b4_a_chain_before_ours_that_rejects_everything_is_named() {
        var inside = node().netns();
        inside.run("iptables-nft", "-N", "ufw-reject-forward");
        undo.add(inside.command("iptables-nft", "-X", "ufw-reject-forward"));
        inside.run("iptables-nft", "-A", "ufw-reject-forward", "-j", "REJECT");
        undo.add(inside.command("iptables-nft", "-F", "ufw-reject-forward"));
        inside.run("iptables-nft", "-I", "FORWARD", "-j", "ufw-reject-forward");
        undo.add(inside.command("iptables-nft", "-D", "FORWARD", "-j", "ufw-reject-forward"));
        installed.attempt(node(), "install");

        var status = status();

        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.stdout())
                .contains(
                        "the rule \"FORWARD -j ufw-reject-forward\" (iptables-nft) drops what pods begin, what load balancers send to pods, so ");
        for (var command : carryOut(status, "iptables-nft -I FORWARD [^;\\n]* ACCEPT")) {
            undo.add(inside.command(List.of(command.replace("-I", "-D").split(" "))));
        }
        installed.appliance(node(), "install");
        isWell();
    }

    @Test
    void b4_a_policy_rule_that_leads_what_pods_get_elsewhere_is_named_with_a_cure_that_helps() {
        var inside = node().netns();
        inside.ip("route add 192.168.2.0/24 dev eth0 table 100\nrule add from 192.168.2.21 lookup 100\n");
        undo.add(inside.command("ip", "rule", "delete", "from", "192.168.2.21", "lookup", "100"));
        undo.add(inside.command("ip", "route", "flush", "table", "100"));
        assertThat(Caller.in(inside, PATIENCE).tcp(pod.address(), Pod.PORT)).isInstanceOf(Reply.Silence.class);

        var status = status();

        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.stdout())
                .contains(
                        "the policy rule 32765: \"from 192.168.2.21 lookup 100\" leads what the node sends to pods elsewhere");
        for (var command : carryOut(status, "ip rule add priority [^;\\n]* lookup main")) {
            undo.add(inside.command(List.of(command.replace("add", "delete").split(" "))));
        }
        isWell();
        assertThat(Caller.in(inside, PATIENCE).tcp(pod.address(), Pod.PORT)).isInstanceOf(Reply.Answer.class);
    }

    @Test
    void b4_a_policy_rule_that_leads_pods_to_the_LAN_all_the_same_is_not_blamed() {
        var inside = node().netns();
        inside.ip("""
                route add default via 192.168.2.1 table 100
                route add 192.168.2.0/24 dev eth0 table 100
                rule add iif mac0 lookup 100
                rule add fwmark 0x51820 lookup 101
                """);
        undo.add(inside.command("ip", "rule", "delete", "iif", "mac0", "lookup", "100"));
        undo.add(inside.command("ip", "rule", "delete", "fwmark", "0x51820", "lookup", "101"));
        undo.add(inside.command("ip", "route", "flush", "table", "100"));

        isWell();
    }

    @Test
    void b4_a_masquerade_that_comes_before_ours_is_named_with_a_cure_that_helps() {
        nft("""
                table inet own {
                  chain post {
                    type nat hook postrouting priority 90; policy accept;
                    oifname "eth0" masquerade
                  }
                }
                """, "inet own");
        assertThat(answersClient()).isFalse();

        var status = status();

        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.stdout())
                .contains("the chain inet own post of nftables changes the address of what pods send");
        assertThat(carryOut(status, "nft insert rule inet own [^;\\n]* accept")).hasSize(1);
        isWell();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void b4_a_cluster_cidr_that_contains_the_LAN_is_named_and_pods_are_served(Dialect dialect) {
        serve(KubeProxy.Options.DEFAULT.dialect(dialect).clusterCidr("192.168.0.0/16"));

        var status = status();

        assertThat(status.ok()).isTrue();
        assertThat(status.stdout())
                .contains(
                        "kube-proxy's --cluster-cidr 192.168.0.0/16 contains the LAN",
                        "detectLocalMode: InterfaceNamePrefix");
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void d9_a_cluster_cidr_that_is_not_the_pods_is_named_and_pods_are_served(Dialect dialect) {
        serve(KubeProxy.Options.DEFAULT.dialect(dialect));

        var status = status();

        assertThat(status.ok()).isTrue();
        assertThat(status.stdout())
                .contains("kube-proxy takes pods for strangers, as its --cluster-cidr 10.42.0.0/16 is not theirs")
                .contains("interfaceNamePrefix: mac0");
    }

    @Test
    void a_kube_proxy_that_knows_pods_by_their_interface_is_not_blamed() {
        serve(KubeProxy.Options.DEFAULT.clusterCidr(""));

        assertThat(status().stdout()).doesNotContain("kube-proxy");
    }

    private void serve(KubeProxy.Options options) {
        var inside = node().netns();
        // the chains of another dialect would stay
        inside.run("iptables-nft", "-t", "nat", "-F");
        inside.run("iptables-nft", "-t", "nat", "-X");
        installed.serve(options);
        installed.appliance(node(), "install");
    }

    private void isWell() {
        var status = status();
        assertThat(status.stdout()).doesNotContain("drops", "elsewhere", "changes the address");
        assertThat(status.ok()).isTrue();
        assertThat(IntStream.range(0, 4).filter(_ -> answersClient()).count()).isEqualTo(4);
        assertThat(Caller.in(pod.netns(), PATIENCE)
                        .ping(installed.lan().router().address()))
                .isInstanceOf(Reply.Answer.class);
        assertThat(Matrix.of(installed.lan(), installed.service(), installed.pods())
                        .loadBalancer())
                .allMatch(Flow::works);
    }

    private boolean answersClient() {
        Netns client = installed.lan().client().netns();
        return Caller.in(client, PATIENCE).tcp(pod.address(), Pod.PORT) instanceof Reply.Answer
                && Caller.in(client, PATIENCE).udp(pod.address(), Pod.PORT) instanceof Reply.Answer;
    }

    /** Runs the commands that the status tells, on the node; which these were. */
    private List<String> carryOut(Output status, String pattern) {
        var commands = Pattern.compile(pattern)
                .matcher(status.stdout())
                .results()
                .map(result -> result.group())
                .distinct()
                .toList();
        commands.forEach(command -> node().netns().run("sh", "-c", command));
        return commands;
    }

    private Output status() {
        return installed.attempt(node(), "status");
    }

    private void nft(String text, String... tables) {
        var inside = node().netns();
        inside.command("nft", "-f", "-").stdin(text).run();
        for (var table : tables) {
            undo.add(inside.command("sh", "-c", "nft delete table " + table));
        }
    }

    private void legacy(String words) {
        var argv = new ArrayList<>(List.of("iptables-legacy"));
        argv.addAll(List.of(words.split(" ")));
        node().netns().command(argv).run();
    }

    private Node node() {
        return installed.lan().node(1);
    }
}
