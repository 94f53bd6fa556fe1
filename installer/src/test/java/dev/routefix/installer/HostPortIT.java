package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.lab.Caller;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.cni.CniChain;
import dev.routefix.lab.cni.CniFailure;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Ports of the node that lead to pods, from everywhere, on two nodes with kube-proxy's rules, which forward nothing by default. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostPortIT {

    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final String LOCALHOST = "127.0.0.1";
    private static final int PORT = 8081;

    private InstalledLan installed;
    private Pod beside;
    private Pod far;
    private Pod web;

    @BeforeAll
    void install_on_two_nodes_and_start_pods(@TempDir Path directory) {
        installed = new InstalledLan(2, directory, Map.of());
        beside = installed.pod("beside", node(1));
        far = installed.pod("far", node(2));
        installed.serve(KubeProxy.Options.DEFAULT.forwardDrop(true));
        installed.lan().nodes().forEach(node -> installed.appliance(node, "install"));
        web = pod("web", node(1), mapping(PORT, "tcp", ""), mapping(PORT, "udp", ""));
    }

    @AfterAll
    void stop() {
        web.close();
        installed.close();
    }

    @Test
    void a_client_on_the_LAN_reaches_the_pod_and_keeps_its_address() {
        var client = installed.lan().client();
        answers(client.netns(), node(1).address(), PORT, web, client.address());
    }

    @Test
    void the_node_itself_reaches_the_pod_by_its_address_and_by_its_loopback() {
        answers(node(1).netns(), node(1).address(), PORT, web, node(1).address());
        answers(node(1).netns(), LOCALHOST, PORT, web, node(1).address());
    }

    @Test
    void the_pod_reaches_itself() {
        answers(web.netns(), node(1).address(), PORT, web, node(1).address());
    }

    @Test
    void a_pod_beside_and_one_of_the_other_node_reach_it_and_keep_their_addresses() {
        answers(beside.netns(), node(1).address(), PORT, web, beside.address());
        answers(far.netns(), node(1).address(), PORT, web, far.address());
    }

    @Test
    void the_other_node_reaches_it() {
        answers(node(2).netns(), node(1).address(), PORT, web, node(2).address());
    }

    @Test
    void other_addresses_and_ports_lead_where_they_did() {
        var client = Caller.in(installed.lan().client().netns(), PATIENCE);
        assertThat(client.tcp(node(2).address(), PORT)).isInstanceOf(Reply.Silence.class);
        assertThat(client.tcp(node(1).address(), PORT + 1)).isInstanceOf(Reply.Silence.class);
        assertThat(client.tcp(web.address(), Pod.PORT)).isInstanceOf(Reply.Answer.class);
    }

    /** What the e2e suite of Kubernetes does: "HostPort validates that there is no conflict between pods with same hostPort but ...". */
    @Test
    void three_pods_have_one_port_by_different_addresses_and_transports() throws IOException {
        var here = node(1).address();
        try (var first = pod("pod1", node(1), mapping(54323, "TCP", LOCALHOST));
                var second = pod("pod2", node(1), mapping(54323, "TCP", here));
                var third = pod("pod3", node(1), mapping(54323, "UDP", here))) {
            assertThat(node(1).netns().call(() -> ask(here, LOCALHOST, 54323))).startsWith(first.name());
            assertThat(node(1).netns().call(() -> ask(LOCALHOST, LOCALHOST, 54323)))
                    .startsWith(first.name());
            assertThat(node(1).netns().call(() -> ask(here, here, 54323))).startsWith(second.name());
            assertThat(Caller.in(node(1).netns(), PATIENCE).udp(here, 54323))
                    .isEqualTo(new Reply.Answer(third.name(), here));
            assertThat(Caller.in(installed.lan().client().netns(), PATIENCE).tcp(here, 54323))
                    .isInstanceOfSatisfying(
                            Reply.Answer.class,
                            answer -> assertThat(answer.by()).isEqualTo(second.name()));
        }
    }

    @Test
    void a_port_that_another_pod_has_is_refused_and_the_other_pod_named() {
        assertThatThrownBy(
                        () -> pod("late", node(1), mapping(PORT, "tcp", ""), mapping(PORT, "udp", node(1).address())))
                .isInstanceOf(CniFailure.class)
                .hasMessageContaining("the node's port tcp *:8081 leads to")
                .hasMessageContaining("the node's port udp *:8081 leads to")
                .hasMessageContaining(web.attachment().orElseThrow().containerId() + "@eth0");
        answers(
                installed.lan().client().netns(),
                node(1).address(),
                PORT,
                web,
                installed.lan().client().address());
    }

    @Test
    void what_a_Service_has_stays_the_Services() {
        var nodePort = installed.service().nodePort();
        try (var pod = pod("greedy", node(2), mapping(nodePort, "tcp", ""))) {
            var client = Caller.in(installed.lan().client().netns(), PATIENCE);
            assertThat(client.tcp(node(2).address(), nodePort))
                    .isInstanceOfSatisfying(
                            Reply.Answer.class,
                            answer -> assertThat(answer.by())
                                    .isEqualTo(far.name())
                                    .isNotEqualTo(pod.name()));
        }
    }

    @Test
    void a_Service_whose_pods_have_ports_of_the_node_works_as_before() {
        try (var pod = pod("both", node(2), mapping(9090, "tcp", ""))) {
            installed.lan().serve(installed.service(), List.of(pod), KubeProxy.Options.DEFAULT.forwardDrop(true));
            var client = installed.lan().client();
            installed.lan().announce(installed.service().address(), node(2));
            assertThat(Caller.in(client.netns(), PATIENCE)
                            .tcp(
                                    installed.service().address(),
                                    installed.service().port()))
                    .isEqualTo(new Reply.Answer(pod.name(), client.address()));
            assertThat(Caller.in(pod.netns(), PATIENCE)
                            .tcp(
                                    installed.service().clusterIp(),
                                    installed.service().port()))
                    .isInstanceOf(Reply.Answer.class);
            assertThat(Caller.in(client.netns(), PATIENCE).tcp(node(2).address(), 9090))
                    .isEqualTo(new Reply.Answer(pod.name(), client.address()));
        } finally {
            installed.lan().withdraw(installed.service().address());
            installed.serve(KubeProxy.Options.DEFAULT.forwardDrop(true));
        }
    }

    @Test
    void a_client_of_UDP_that_asked_before_is_answered_after_and_by_the_next_pod_too() throws IOException {
        var here = node(2).address();
        try (DatagramSocket client = installed.lan().client().netns().call(() -> new DatagramSocket(7777))) {
            client.setSoTimeout(500);
            assertThat(udp(client, here, 5353)).isEmpty();
            try (var first = pod("dns1", node(2), mapping(5353, "udp", ""))) {
                assertThat(udp(client, here, 5353)).startsWith(first.name());
            }
            assertThat(udp(client, here, 5353)).isEmpty();
            try (var second = pod("dns2", node(2), mapping(5353, "udp", here))) {
                assertThat(udp(client, here, 5353)).startsWith(second.name());
            }
        }
    }

    @Test
    void what_somebody_flushes_is_made_again() {
        node(1).netns().run("nft", "flush table ip route-fix-hostports");
        var client = installed.lan().client();
        assertThat(Caller.in(client.netns(), PATIENCE).tcp(node(1).address(), PORT))
                .isInstanceOf(Reply.Silence.class);

        assertThat(installed.appliance(node(1), "install")).contains("have the node's ports lead to their pods");

        answers(client.netns(), node(1).address(), PORT, web, client.address());
        assertThat(installed.appliance(node(1), "install")).doesNotContain("have the node's ports");
    }

    /** {@code route_localnet} would let it in (CVE-2020-8558), and the pod is its own kernel's master. */
    @Test
    void no_pod_reaches_what_listens_on_the_loopback_of_the_node() throws IOException {
        try (ServerSocket secret =
                        node(1).netns().call(() -> new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.5")));
                var intruder = installed.pod("intruder", node(1))) {
            Thread.ofPlatform().daemon().start(() -> tellEveryone(secret));
            intruder.netns().sysctl("net/ipv4/conf/" + Pod.LINK + "/route_localnet", "1");
            intruder.netns().ip("""
                            route delete local 127.0.0.1 dev lo table local
                            route delete local 127.0.0.0/8 dev lo table local
                            """);
            // the kubelet keeps it away too, where there is one that does
            node(1).netns().run("nft", "flush chain ip filter KUBE-FIREWALL");
            var caller = Caller.in(intruder.netns(), PATIENCE);
            assertThat(node(1).netns().sysctl("net/ipv4/conf/mac0/route_localnet"))
                    .isEqualTo("1");
            assertThat(caller.tcp("127.0.0.5", secret.getLocalPort())).isInstanceOf(Reply.Silence.class);

            // that it is the guard which keeps it away
            node(1).netns().run("nft", "flush chain ip route-fix-hostports guard");
            assertThat(caller.tcp("127.0.0.5", secret.getLocalPort())).isInstanceOf(Reply.Answer.class);
            installed.appliance(node(1), "install");
            assertThat(caller.tcp("127.0.0.5", secret.getLocalPort())).isInstanceOf(Reply.Silence.class);
        } finally {
            installed.serve(KubeProxy.Options.DEFAULT.forwardDrop(true));
        }
    }

    private static void tellEveryone(ServerSocket secret) {
        while (!secret.isClosed()) {
            try (var caller = secret.accept()) {
                caller.getOutputStream().write(("node " + LOCALHOST).getBytes(StandardCharsets.UTF_8));
            } catch (IOException end) {
                return;
            }
        }
    }

    @Test
    void nothing_is_left_behind_the_last_pod() {
        try (var pod = pod("only", node(2), mapping(9091, "tcp", ""))) {
            assertThat(table(node(2))).contains(pod.address());
            pod.attachment().ifPresent(installed.chain(node(2))::check);
        }
        assertThat(table(node(2))).isEmpty();
        assertThat(node(2).netns().sysctl("net/ipv4/conf/mac0/route_localnet")).isEqualTo("0");
    }

    @Test
    void nothing_is_left_behind_an_uninstallation_under_the_pods_feet_where_iptables_is_the_old_one(
            @TempDir Path directory) {
        var environment = Map.of("UNINSTALL", "force", "IPTABLES_MODE", "legacy");
        try (var other = new InstalledLan(1, directory, environment);
                var inside = Netns.create("left")) {
            var node = other.lan().node(1);
            var attached = telling(other, node, mapping(PORT, "tcp", "")).add("left", inside.path(), Pod.LINK);
            var pod = Pod.found("left", node, inside, attached.address());
            other.serve(KubeProxy.Options.DEFAULT.forwardDrop(true).backend(KubeProxy.Backend.LEGACY));
            other.appliance(node, "install");
            var client = other.lan().client();
            for (var from : List.of(client.netns(), node.netns(), inside)) {
                assertThat(Caller.in(from, PATIENCE).tcp(node.address(), PORT)).isInstanceOf(Reply.Answer.class);
            }

            other.appliance(node, "uninstall");

            assertThat(table(node)).isEmpty();
            pod.close();
        }
    }

    private Pod pod(String name, Node node, String... mappings) {
        return Pod.attach(name, node, telling(installed, node, mappings));
    }

    private static CniChain telling(InstalledLan lan, Node node, String... mappings) {
        return lan.chain(node).telling("{\"portMappings\":[" + String.join(",", mappings) + "]}");
    }

    private static String mapping(int hostPort, String protocol, String hostIp) {
        return """
                {"hostPort":%d,"containerPort":%d,"protocol":"%s","hostIP":"%s"}""".formatted(hostPort, Pod.PORT, protocol, hostIp);
    }

    /** Over TCP and UDP. */
    private static void answers(Netns from, String address, int port, Pod by, String seenAs) {
        var expected = new Reply.Answer(by.name(), seenAs);
        assertThat(Caller.in(from, PATIENCE).tcp(address, port)).isEqualTo(expected);
        assertThat(Caller.in(from, PATIENCE).udp(address, port)).isEqualTo(expected);
    }

    private static String ask(String from, String to, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(to), port), (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What a datagram from this very socket is answered, or nothing. */
    private static String udp(DatagramSocket from, String to, int port) throws IOException {
        from.send(new DatagramPacket(new byte[] {'?'}, 1, InetAddress.ofLiteral(to), port));
        var answer = new DatagramPacket(new byte[100], 100);
        try {
            from.receive(answer);
        } catch (IOException silence) {
            return "";
        }
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
    }

    private static String table(Node node) {
        return node.netns()
                .run("nft", "list", "ruleset")
                .stdout()
                .lines()
                .dropWhile(line -> !line.contains("route-fix-hostports"))
                .reduce("", (text, line) -> text + line + "\n");
    }

    private Node node(int number) {
        return installed.lan().node(number);
    }
}
