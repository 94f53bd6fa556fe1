package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Content;
import dev.routefix.lab.packet.Packet;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * P19 on a LAN whose switch forgets in four seconds: a node that shows it its pods every second, and one that never does. No machine but the node speaks
 * IPv6 or anything else by itself, so that every frame has a reason.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LearningIT {

    private static final Duration AGEING = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(40);
    private static final int SEGMENTS = 250;
    private static final int A_HANDFUL = 5;
    private static final int PORT = 7000;

    /** What switches learn from, as an Ethernet type: the length of six bytes of LLC. */
    private static final Content UPDATE = new Content.Other(6, 0);

    private final List<AutoCloseable> open = new ArrayList<>();
    private Lan lan;
    private Netns bystander;
    private TestNode showing;
    private Background resident;
    private Pod shown;
    private Pod beside;
    private Pod neverShown;
    private Pod plain;

    @BeforeAll
    void start_a_node_that_shows_its_pods_and_one_that_does_not(@TempDir Path directory) {
        lan = opened(Lan.open());
        bystander = lan.attach("bystander", 51).netns();
        showing = opened(new TestNode(lan.node(1).netns()));
        var other = opened(new TestNode(lan.node(2).netns()));
        resident = opened(run(showing, lan.node(1), "1"));
        opened(run(other, lan.node(2), "0"));
        shown = pod("shown", lan.node(1), showing);
        beside = pod("beside", lan.node(1), showing);
        neverShown = pod("nevershown", lan.node(2), other);
        plain = quiet(opened(Pod.attach(
                "plain",
                lan.node(2),
                lan.node(2)
                        .chain(Conflist.of("1.0.0", "dhcp-cni-network")
                                .thenMacvlan(lan.node(2).hostLocal())))));
        // a router is never silent for long
        opened(lan.router()
                .netns()
                .command("ping", "-q", "-i", "0.5", lan.client().address())
                .start(directory.resolve("ping.log")));
        lan.forgetAfter(AGEING);
    }

    private static Background run(TestNode host, Node node, String seconds) {
        return host.run("IPAM=" + node.hostLocal(), "NODE_NAME=" + node.name(), "LEARNING_SECONDS=" + seconds);
    }

    private Pod pod(String name, Node node, TestNode host) {
        var chain = node.chain(Conflist.read(host.conflist()), List.of(host.binDir(), Node.REFERENCE_PLUGINS));
        return quiet(opened(Pod.attach(name, node, chain)));
    }

    private static Pod quiet(Pod pod) {
        pod.netns().sysctl("net/ipv6/conf/all/disable_ipv6", "1");
        return pod;
    }

    private <T extends AutoCloseable> T opened(T thing) {
        open.add(thing);
        return thing;
    }

    @AfterAll
    void stop() throws Exception {
        for (var thing : open.reversed()) {
            thing.close();
        }
    }

    @Test
    void c2_a_bystander_gets_no_more_of_what_a_client_sends_a_pod_than_with_plain_macvlan() throws Exception {
        showing.netns().run("ping", "-c", "1", "-w", "5", lan.router().address());
        var talks = new LinkedHashMap<Pod, Talk>();
        try (var capture = Capture.on(bystander, "eth0")) {
            for (var pod : List.of(shown, neverShown, plain)) {
                talks.put(pod, Talk.begin(lan.client().netns(), pod));
            }
            for (int i = 0; i < SEGMENTS; i++) {
                for (var talk : talks.values()) {
                    talk.say();
                }
                Thread.sleep(PAUSE);
            }
            var overheard = capture.packets();
            long plainly = concerning(plain, overheard).size();

            // the LAN is one on which it matters
            assertThat(concerning(neverShown, overheard)).hasSizeGreaterThan(SEGMENTS / 4);
            assertThat((long) concerning(shown, overheard).size()).isLessThanOrEqualTo(plainly + A_HANDFUL);
        } finally {
            for (var talk : talks.values()) {
                talk.close();
            }
        }
    }

    @Test
    void c2_the_router_alone_gets_one_frame_per_pod_and_second() throws Exception {
        var node = showing.netns();
        node.run("ping", "-c", "1", "-w", "5", lan.router().address());
        // such as the kernel makes for whatever else is sent by an interface without ARP
        node.ip("neigh replace 192.168.2.123 lladdr 02:00:00:00:00:99 nud noarp dev mac0\n");
        long began = System.nanoTime();
        try (var atRouter = Capture.on(lan.router().netns(), "eth0");
                var atBystander = Capture.on(bystander, "eth0");
                var inPod = Capture.on(beside.netns(), "eth0")) {
            await(atRouter, shown, 2);
            Thread.sleep(Duration.ofSeconds(4));

            long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
            for (var pod : List.of(shown, beside)) {
                assertThat(updates(pod, atRouter))
                        .hasSizeBetween(3, (int) seconds + 1)
                        .allSatisfy(update -> assertThat(update.toMac())
                                .isEqualTo(lan.router().mac()));
            }
            assertThat(atRouter.packets())
                    .filteredOn(packet -> packet.content().equals(UPDATE))
                    .extracting(Packet::fromMac)
                    .containsOnly(mac(shown), mac(beside));
            assertThat(updates(shown, atBystander)).isEmpty();
            assertThat(updates(shown, inPod)).isEmpty();
        }
    }

    @Test
    void c2_a_router_that_the_node_never_spoke_to_is_looked_for() {
        showing.netns().run("ip", "neigh", "flush", "dev", "eth0");
        try (var atRouter = Capture.on(lan.router().netns(), "eth0")) {
            atRouter.await(
                    "to the router alone",
                    PATIENCE,
                    packet -> packet.content().equals(UPDATE)
                            && packet.toMac().equals(lan.router().mac()));
            assertThat(atRouter.arp())
                    .filteredOn(arp -> arp.target().equals(lan.router().address()))
                    .extracting(Content.Arp::sender)
                    .contains(lan.node(1).address());
        }
    }

    @Test
    void c2_a_pod_that_is_heard_anyway_gets_none() throws Exception {
        var everybody = lan.prefix().host(255);
        try (var speaking = beside.netns()
                        .command("ping", "-q", "-b", "-i", "0.2", everybody)
                        .start(showing.at("ping.log"));
                var atRouter = Capture.on(lan.router().netns(), "eth0")) {
            atRouter.await(
                    "by the pod itself", PATIENCE, packet -> packet.fromMac().equals(mac(beside)));
            // what was sent before it spoke
            await(atRouter, shown, 2);
            int before = updates(beside, atRouter).size();

            await(atRouter, shown, 6);

            assertThat(speaking.isAlive()).isTrue();
            // it may have been kept from speaking for a second
            assertThat(updates(beside, atRouter)).hasSizeLessThanOrEqualTo(before + 1);
        }
    }

    @Test
    void c2_a_frame_for_a_dead_pod_whose_address_lives_elsewhere_changes_no_ARP_cache() {
        var router = lan.router().netns();
        var dead = "02:00:00:00:00:de";
        router.run("ping", "-c", "1", "-w", "5", plain.address());
        // its DEL has not come yet
        showing.netns().ip("neigh replace " + plain.address() + " lladdr " + dead + " nud permanent dev mac0\n");
        try (var atRouter = Capture.on(router, "eth0")) {
            Poll.until(
                    "the dead pod shown three times",
                    PATIENCE,
                    () -> updates(dead, atRouter).size() >= 3);

            assertThat(router.show("neigh", "show", plain.address())
                            .path(0)
                            .path("lladdr")
                            .asText())
                    .isEqualTo(mac(plain));
            router.run("ping", "-c", "1", "-w", "5", plain.address());
        } finally {
            showing.netns().ip("neigh delete " + plain.address() + " dev mac0\n");
        }
    }

    @Test
    void c2_a_pod_with_another_hardware_address_is_followed_and_the_old_one_forgotten() {
        var old = mac(beside);
        var now = "02:00:00:00:00:ab";
        takes(now);
        try (var atRouter = Capture.on(lan.router().netns(), "eth0")) {
            Poll.until(
                    "the new one shown twice",
                    PATIENCE,
                    () -> updates(now, atRouter).size() >= 2);
            int before = updates(old, atRouter).size();

            Poll.until(
                    "the new one shown twice more",
                    PATIENCE,
                    () -> updates(now, atRouter).size() >= 4);

            assertThat(updates(old, atRouter)).hasSize(before);
        } finally {
            takes(old);
        }
    }

    /** The pod beside has another hardware address, and the node knows. */
    private void takes(String mac) {
        beside.netns().ip("link set eth0 address " + mac + "\n");
        showing.netns().ip("neigh replace " + beside.address() + " lladdr " + mac + " nud permanent dev mac0\n");
    }

    @Test
    void c2_without_a_router_everybody_gets_it_but_the_pods_of_the_node() {
        var netns = showing.netns();
        netns.ip("route delete default\n");
        try (var atBystander = Capture.on(bystander, "eth0");
                var inPod = Capture.on(beside.netns(), "eth0")) {
            await(atBystander, shown, 2);

            assertThat(updates(shown, atBystander))
                    .allSatisfy(update -> assertThat(update.toMac()).isEqualTo("ff:ff:ff:ff:ff:ff"));
            assertThat(updates(shown, inPod)).isEmpty();
        } finally {
            netns.ip("route add default via " + lan.router().address() + "\n");
        }
    }

    @Test
    void c2_a_parent_that_is_down_is_told_once_and_pods_are_shown_again_when_it_is_back() throws Exception {
        var netns = showing.netns();
        int said = resident.log().length();
        netns.ip("link set eth0 down\n");
        try {
            Poll.until(
                    "it is told", PATIENCE, () -> resident.log().substring(said).contains("ENETDOWN"));
            Thread.sleep(Duration.ofSeconds(4));
        } finally {
            netns.ip("link set eth0 up\nroute add default via " + lan.router().address() + "\n");
        }
        try (var atRouter = Capture.on(lan.router().netns(), "eth0")) {
            await(atRouter, shown, 1);
            await(atRouter, beside, 1);
        }
        assertThat(resident.log().substring(said).lines().filter(line -> line.contains("flood")))
                .singleElement()
                .asString()
                .contains("warn switches may forget where the pods are", "ENETDOWN, interface is down");
    }

    @Test
    void c2_a_node_listens_on_its_parent_interface_as_long_as_it_has_pods_also_when_that_was_made_anew() {
        try (var node = new TestNode();
                var running = node.run("IPAM={\"type\":\"host-local\"}", "LEARNING_SECONDS=1")) {
            var inside = node.netns();
            var aPod = "neigh replace 192.168.2.77 lladdr 02:00:00:00:00:77 nud permanent dev mac0\n";
            assertThat(listening(inside)).isEmpty();

            inside.ip(aPod);
            Poll.until("listening", PATIENCE, () -> listening(inside).equals(List.of(index(inside))));

            inside.ip("""
                    link delete eth0
                    link add eth0 address 02:00:00:00:02:0a type veth peer name lan0
                    link set lan0 up
                    link set eth0 up
                    address add 192.168.2.10/24 dev eth0
                    """);
            Poll.until(
                    "mac0 made again",
                    PATIENCE,
                    () -> inside.command("ip", "link", "show", "mac0").attempt().ok());
            inside.ip(aPod);
            Poll.until(
                    "listening on the new one",
                    PATIENCE,
                    () -> listening(inside).equals(List.of(index(inside))));

            inside.ip("neigh delete 192.168.2.77 dev mac0\n");
            Poll.until("silent", PATIENCE, () -> listening(inside).isEmpty());
            assertThat(running.isAlive()).isTrue();
        }
    }

    /** The interfaces of which packet sockets hear everything: in /proc/net/packet the fourth column is the protocol, the fifth the interface. */
    private static List<String> listening(Netns inside) {
        return inside.run("cat", "/proc/net/packet")
                .stdout()
                .lines()
                .map(line -> line.strip().split(" +", -1))
                .filter(columns -> columns[3].equals("0003"))
                .map(columns -> columns[4])
                .toList();
    }

    private static String index(Netns inside) {
        return inside.show("link", "show", "dev", "eth0")
                .path(0)
                .path("ifindex")
                .asText();
    }

    private static void await(Capture capture, Pod pod, int times) {
        Poll.until(
                pod.name() + " shown " + times + " times",
                PATIENCE,
                () -> updates(pod, capture).size() >= times);
    }

    private static List<Packet> updates(Pod pod, Capture capture) {
        return updates(mac(pod), capture);
    }

    private static List<Packet> updates(String mac, Capture capture) {
        return capture.packets().stream()
                .filter(packet ->
                        packet.fromMac().equals(mac) && packet.content().equals(UPDATE))
                .toList();
    }

    /** What was sent to a pod or, by its own hardware address, by it. */
    private static List<Packet> concerning(Pod pod, List<Packet> packets) {
        var mac = mac(pod);
        return packets.stream()
                .filter(packet -> packet.fromMac().equals(mac) || packet.toMac().equals(mac))
                .toList();
    }

    private static String mac(Pod pod) {
        return pod.netns().mac("eth0");
    }

    /** A connection from a client of the LAN to a pod, which listens and says nothing. */
    private record Talk(ServerSocket server, Socket socket) implements AutoCloseable {

        static Talk begin(Netns client, Pod pod) throws IOException {
            var server = pod.netns().call(() -> new ServerSocket(PORT));
            var socket = client.call(() -> {
                var begun = new Socket();
                begun.setTcpNoDelay(true);
                begun.connect(
                        new InetSocketAddress(InetAddress.ofLiteral(pod.address()), PORT), (int) PATIENCE.toMillis());
                return begun;
            });
            return new Talk(server, socket);
        }

        void say() throws IOException {
            socket.getOutputStream().write('.');
        }

        @Override
        public void close() throws IOException {
            socket.close();
            server.close();
        }
    }
}
