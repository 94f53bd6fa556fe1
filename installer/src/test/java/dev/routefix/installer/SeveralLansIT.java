package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.lab.Caller;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.cri.Cri;
import dev.routefix.lab.cri.CriFailure;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.kube.LoadBalancer;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.packet.Speaker;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node with a cable to each of two LANs, which have a DHCP server each, and a real containerd: pods get the one network or, by their handler, the other. */
class SeveralLansIT {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int NODE = 21;
    private static final String LAN = "";
    private static final String IOT = "iot";

    private final Lan home = Lan.open(Lan.Options.DEFAULT.nodes(1));
    private final Lan things =
            Lan.open(Lan.Options.DEFAULT.prefix("192.168.20.0/24").nodes(0));
    private final List<Pod> pods = new ArrayList<>();
    private TestNode host;
    private Path iotDir;
    private Path list;
    private Containerd containerd;
    private Cri cri;

    @BeforeEach
    void a_node_on_both() throws IOException {
        var node = home.node(1);
        things.plug(node.host(), "eth1", NODE);
        host = new TestNode(node.netns());
        iotDir = Files.createDirectories(host.at("etc/cni/iot.d"));
        list = Files.createDirectories(host.at("etc/route-fix")).resolve("networks.json");
        host.bring(list, "[%s, %s]".formatted(lan(), iot()));
        containerd = Containerd.start(node, host.confDir(), host.binDir(), Map.of(IOT, iotDir));
        cri = Cri.of(containerd);
    }

    private static String lan() {
        return "{\"CNI_NETWORK_NAME\": \"lan\", \"MASTER_IFACE\": \"eth0\"}";
    }

    private String iot() {
        return """
                {"CNI_NETWORK_NAME": "iot", "MASTER_IFACE": "eth1", "HOST_IFACE": "mac1", "GATEWAY": "169.254.2.1",
                 "ROUTER": "192.168.20.1", "MODE": "runtime-class", "LAN_CONF_DIR": "%s"}""".formatted(iotDir);
    }

    @AfterEach
    void gone() {
        pods.forEach(Pod::close);
        cri.close();
        containerd.close();
        host.close();
        things.close();
        home.close();
    }

    private Background appliance() {
        return host.run("NETWORKS=" + list);
    }

    /** With a server in it. */
    private Pod pod(String name, String handler) {
        var id = cri.run(name, "default", handler);
        var pod = Pod.found(name, home.node(1), cri.netns(id), cri.address(id));
        pods.add(pod);
        return pod;
    }

    private void end(Pod pod) {
        pods.remove(pod);
        pod.close();
        cri.sandboxes().stream()
                .filter(sandbox -> sandbox.pod().equals(pod.name()))
                .forEach(sandbox -> cri.remove(sandbox.id()));
    }

    private static void reaches(Netns from, String address, int port, String pod, String seenAs) {
        assertThat(Caller.in(from, PATIENCE).tcp(address, port))
                .as("%s to %s", from, address)
                .isEqualTo(new Reply.Answer(pod, seenAs));
    }

    /** What the node does with what a pod sends to the internet. */
    private String wayOut(String by, Pod pod) {
        return host.netns()
                .run("ip", "route", "get", "203.0.113.5", "from", pod.address(), "iif", by)
                .stdout();
    }

    private void nothingOfOursIsLeft() {
        Poll.until("everything is gone", SOON, () -> host.files().isEmpty());
        assertThat(host.netns().run("ip", "-br", "link").stdout()).doesNotContain("mac0", "mac1");
        for (var table : Map.of("filter", "FORWARD", "nat", "POSTROUTING", "mangle", "FORWARD")
                .entrySet()) {
            assertThat(host.rules("nft", table.getKey(), table.getValue()))
                    .noneMatch(rule -> rule.contains("route-fix"));
        }
        assertThat(host.netns().run("ip", "rule").stdout()).doesNotContain("mac1");
        assertThat(iotDir).isEmptyDirectory();
        assertThat(host.confDir()).isEmptyDirectory();
    }

    @Test
    void pods_of_both_are_reached_by_clients_load_balancers_the_node_and_each_other_and_removal_leaves_nothing()
            throws IOException {
        try (var run = appliance()) {
            var web = pod("web", LAN);
            var cam = pod("cam", IOT);
            assertThat(web.address()).startsWith("192.168.2.");
            assertThat(cam.address()).startsWith("192.168.20.");

            var service = LoadBalancer.at(home.prefix().host(240));
            var other = things.prefix().host(240);
            home.serve(
                    service,
                    List.of(web),
                    KubeProxy.Options.DEFAULT.clusterCidr("").forwardDrop(true));
            host.iptables(
                    "nft",
                    "-t",
                    "nat",
                    "-I",
                    "KUBE-SERVICES",
                    "-d",
                    other,
                    "-p",
                    "tcp",
                    "--dport",
                    "80",
                    "-j",
                    "DNAT",
                    "--to-destination",
                    cam.address() + ":" + Pod.PORT);
            home.announce(service.address(), home.node(1));
            try (var _ = Speaker.start(host.netns(), "eth1", other)) {
                for (int i = 0; i < 4; i++) {
                    reaches(
                            home.client().netns(),
                            service.address(),
                            80,
                            "web",
                            home.client().address());
                    reaches(
                            things.client().netns(),
                            other,
                            80,
                            "cam",
                            things.client().address());
                }
            }
            reaches(
                    home.client().netns(),
                    web.address(),
                    Pod.PORT,
                    "web",
                    home.client().address());
            reaches(
                    things.client().netns(),
                    cam.address(),
                    Pod.PORT,
                    "cam",
                    things.client().address());
            reaches(host.netns(), web.address(), Pod.PORT, "web", home.prefix().host(NODE));
            reaches(
                    host.netns(),
                    cam.address(),
                    Pod.PORT,
                    "cam",
                    things.prefix().host(NODE));
            reaches(web.netns(), cam.address(), Pod.PORT, "cam", web.address());
            reaches(cam.netns(), web.address(), Pod.PORT, "web", cam.address());
            assertThat(Caller.in(web.netns(), PATIENCE).ping(home.router().address()))
                    .isInstanceOf(Reply.Answer.class);
            assertThat(Caller.in(cam.netns(), PATIENCE).ping(things.router().address()))
                    .isInstanceOf(Reply.Answer.class);
            assertThat(wayOut("mac0", web)).contains("via 192.168.2.1 dev eth0");
            assertThat(wayOut("mac1", cam)).contains("via 192.168.20.1 dev eth1");
            assertThat(host.ctl("status").stdout()).contains("mac0", "mac1", "169.254.2.1");
            assertThat(host.ctl("doctor").stdout()).contains("healthy");

            end(cam);
            end(web);
            assertThat(host.ctl("uninstall").stdout()).contains("uninstalled");
            assertThat(run.stop(SOON)).isZero();
        }
        nothingOfOursIsLeft();
    }

    @Test
    void a_node_that_is_given_up_keeps_both_until_the_last_pod_of_either_has_gone() {
        Pod web;
        Pod cam;
        try (var run = appliance()) {
            web = pod("web", LAN);
            cam = pod("cam", IOT);
            assertThat(host.ctl("uninstall").stdout()).contains("retired");
            assertThat(run.stop(SOON)).isZero();
        }
        end(web);
        reaches(
                things.client().netns(),
                cam.address(),
                Pod.PORT,
                "cam",
                things.client().address());
        end(cam);

        nothingOfOursIsLeft();
    }

    @Test
    void a_network_that_is_taken_off_the_list_stays_for_its_pods_takes_no_more_and_goes_with_the_last()
            throws IOException {
        Pod web;
        Pod cam;
        try (var run = appliance()) {
            web = pod("web", LAN);
            cam = pod("cam", IOT);
            Files.writeString(list, "[" + lan() + "]");
            Poll.until("it ends to begin anew", SOON, () -> !run.isAlive());
            assertThat(run.log()).contains("the networks of " + list + " are others now");
        }
        try (var run = appliance()) {
            assertThat(host.ctl("status").stdout()).contains("the network iot was taken off the list of networks");
            reaches(
                    things.client().netns(),
                    cam.address(),
                    Pod.PORT,
                    "cam",
                    things.client().address());
            assertThatThrownBy(() -> cri.run("late", "default", IOT))
                    .isInstanceOf(CriFailure.class)
                    .hasMessageContaining("the network iot has been removed from this node");

            end(cam);

            Poll.until(
                    "the network is gone",
                    SOON,
                    () -> !host.netns().run("ip", "-br", "link").stdout().contains("mac1"));
            Poll.until("its conflist too", SOON, () -> iotDir.toFile().list().length == 0);
            reaches(
                    home.client().netns(),
                    web.address(),
                    Pod.PORT,
                    "web",
                    home.client().address());
            assertThat(host.rules("nft", "filter", "FORWARD")).noneMatch(rule -> rule.contains("mac1"));
            end(web);
            assertThat(host.ctl("uninstall").stdout()).contains("uninstalled");
            assertThat(run.stop(SOON)).isZero();
        }
        nothingOfOursIsLeft();
    }
}
