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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * Packets where the node's owner and kube-proxy have rules of their own: pods keep their addresses, and what others forbid stays forbidden. The names begin
 * with the numbers of faults from the field.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OthersRulesIT {

    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final int TRIES = 8;

    private InstalledLan installed;
    private Pod pod;
    private Pod far;

    /** What a test has done to the node, undone in reverse. */
    private final List<Command> undo = new ArrayList<>();

    @BeforeAll
    void install_on_two_nodes_and_start_pods(@TempDir Path directory) {
        installed = new InstalledLan(2, directory, Map.of());
        pod = installed.pod("a1", node(1));
        far = installed.pod("a2", node(2));
        installed.serve(KubeProxy.Options.DEFAULT);
        installed.lan().nodes().forEach(node -> installed.appliance(node, "install"));
    }

    @AfterEach
    void the_owner_takes_everything_back() {
        undo.reversed().forEach(Command::run);
        undo.clear();
        installed.serve(KubeProxy.Options.DEFAULT);
        installed.lan().nodes().forEach(node -> installed.appliance(node, "install"));
    }

    @AfterAll
    void stop() {
        installed.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-A POSTROUTING -o eth0 -j MASQUERADE",
                "-I POSTROUTING -o eth0 -j MASQUERADE",
                "-I POSTROUTING -o eth0 -j SNAT --to-source 192.168.2.21",
                "-I POSTROUTING -s 192.168.2.0/24 -o eth0 -j MASQUERADE",
                "-I POSTROUTING -j MASQUERADE"
            })
    void b2_the_owners_masquerade_of_what_leaves_for_the_LAN_does_not_change_what_pods_send(String rule) {
        owners("iptables-nft", rule);
        installed.appliance(node(1), "install");

        keepTheirAddresses();
    }

    @Test
    void b2_the_owners_masquerade_was_there_before_us() {
        var inside = node(1).netns();
        inside.run("iptables-nft", "-t", "nat", "-F", "POSTROUTING");
        owners("iptables-nft", "-A POSTROUTING -o eth0 -j MASQUERADE");
        installed.appliance(node(1), "install");

        keepTheirAddresses();
    }

    @Test
    void b2_the_owners_masquerade_stands_in_the_other_packet_filter() {
        owners("iptables-legacy", "-A POSTROUTING -o eth0 -j MASQUERADE");
        // as after a reboot, when others have their rules before Kubernetes comes
        node(1).netns().run("nft", "delete", "table", "ip", "nat");
        installed.serve(KubeProxy.Options.DEFAULT);
        installed.appliance(node(1), "install");

        keepTheirAddresses();
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "110"})
    void b2_the_owners_masquerade_stands_in_a_table_of_nftables(String priority) {
        var inside = node(1).netns();
        inside.command("nft", "-f", "-").stdin("""
                table ip owners {
                  chain postrouting {
                    type nat hook postrouting priority %s;
                    oifname "eth0" masquerade
                  }
                }
                """.formatted(priority)).run();
        undo.add(inside.command("nft", "delete", "table", "ip", "owners"));
        inside.run("nft", "delete", "table", "ip", "nat");
        installed.serve(KubeProxy.Options.DEFAULT);
        installed.appliance(node(1), "install");

        keepTheirAddresses();
    }

    @Test
    void b5_what_the_owner_leads_to_a_machine_of_the_LAN_keeps_its_clients_address() {
        var inside = node(1).netns();
        var machine = installed.lan().attach("machine", 30);
        try (var guest = Netns.create("guest");
                var _ = Pod.found("machine", node(1), machine.netns(), machine.address())) {
            inside.ip("link add wg0 type veth peer name eth0 netns "
                    + guest.path().getFileName() + "\naddress add 10.8.0.1/24 dev wg0\nlink set wg0 up\n");
            guest.ip("link set eth0 up\naddress add 10.8.0.2/24 dev eth0\nroute add default via 10.8.0.1\n");
            machine.netns().ip("route add 10.8.0.0/24 via " + node(1).address() + "\n");
            owners("iptables-nft", "-A PREROUTING -i wg0 -p tcp --dport 8080 -j DNAT --to-destination 192.168.2.30");

            assertThat(Caller.in(guest, PATIENCE).tcp("10.8.0.1", Pod.PORT))
                    .isEqualTo(new Reply.Answer("machine", "10.8.0.2"));
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void b7_a_Service_without_endpoints_refuses_a_pod_at_once(Dialect dialect) {
        installed.lan().serve(installed.service(), List.of(), KubeProxy.Options.DEFAULT.dialect(dialect));

        var service = installed.service();
        assertThat(Caller.in(pod.netns(), Duration.ofSeconds(20)).tcp(service.clusterIp(), service.port()))
                .isEqualTo(new Reply.Silence("Connection refused"));
    }

    @Test
    void b7_a_policy_for_pods_in_FORWARD_is_asked() {
        var inside = node(1).netns();
        inside.run("iptables-nft", "-N", "POLICY");
        undo.add(inside.command("iptables-nft", "-X", "POLICY"));
        inside.run("iptables-nft", "-A", "POLICY", "-s", pod.address(), "-d", far.address(), "-p", "tcp", "-j", "DROP");
        undo.add(inside.command("iptables-nft", "-F", "POLICY"));
        inside.run("iptables-nft", "-I", "FORWARD", "-j", "POLICY");
        undo.add(inside.command("iptables-nft", "-D", "FORWARD", "-j", "POLICY"));
        installed.appliance(node(1), "install");

        assertThat(Caller.in(pod.netns(), PATIENCE).tcp(far.address(), Pod.PORT))
                .isInstanceOf(Reply.Silence.class);
        assertThat(Caller.in(pod.netns(), PATIENCE).ping(far.address())).isInstanceOf(Reply.Answer.class);
        clientsHear();
    }

    @Test
    void the_whole_matrix_works_beside_a_masquerade_of_everything() {
        owners("iptables-nft", "-I POSTROUTING -j MASQUERADE");
        installed.appliance(node(1), "install");

        var flows = Matrix.of(installed.lan(), installed.service(), installed.pods())
                .run();
        // what the node itself sends is the owner's business
        assertThat(flows).filteredOn(flow -> !flow.name().startsWith("node ->")).allMatch(Flow::works);
    }

    /** A client sees a pod's answers, a machine of the LAN a pod's own address, and a pod its load balancer's client. */
    private void keepTheirAddresses() {
        clientsHear();
        assertThat(Caller.in(pod.netns(), PATIENCE).tcp(far.address(), Pod.PORT))
                .isEqualTo(new Reply.Answer(far.name(), pod.address()));
        assertThat(Matrix.of(installed.lan(), installed.service(), installed.pods())
                        .loadBalancer())
                .allMatch(Flow::works);
    }

    private void clientsHear() {
        var client = Caller.in(installed.lan().client().netns(), PATIENCE);
        assertThat(IntStream.range(0, TRIES)
                        .filter(_ -> isBy(pod, client.tcp(pod.address(), Pod.PORT)))
                        .count())
                .as("client -> pod tcp")
                .isEqualTo(TRIES);
        assertThat(IntStream.range(0, TRIES)
                        .filter(_ -> isBy(pod, client.udp(pod.address(), Pod.PORT)))
                        .count())
                .as("client -> pod udp")
                .isEqualTo(TRIES);
    }

    private static boolean isBy(Pod pod, Reply reply) {
        return reply instanceof Reply.Answer answer && answer.by().equals(pod.name());
    }

    /** A rule of the owner's in the table nat of the first node. */
    private void owners(String iptables, String rule) {
        var argv = new ArrayList<>(List.of(iptables, "-t", "nat"));
        argv.addAll(List.of(rule.split(" ")));
        node(1).netns().command(argv).run();
        argv.set(3, "-D");
        undo.add(node(1).netns().command(argv));
    }

    private Node node(int number) {
        return installed.lan().node(number);
    }
}
