package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.Lan;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.DaemonPod;
import dev.routefix.lab.containerd.DaemonSet;
import dev.routefix.lab.containerd.PodContainer;
import dev.routefix.lab.containerd.PodImage;
import dev.routefix.lab.containerd.Registry;
import dev.routefix.lab.run.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The built image in a container with no more privileges than its manifest gives it; and who may use it: nobody but the node's root. With a
 * real containerd and a real DHCP server. Needs root.
 */
final class LeastPrivilegeIT {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final String RELAY = "/opt/cni/bin/route-fix";
    private static final String SOCKET = "/run/route-fix/route-fix.sock";

    /** Everything of ours on a node. */
    private static final List<String> PLACES = List.of(
            "/opt/cni/bin", "/etc/cni/net.d/0-route-fix.conflist", "/run/route-fix", "/run/cni", "/var/lib/route-fix");

    private static Lan lan;
    private static Registry registry;
    private static Containerd node;
    private static DaemonPod appliance;
    private static PodContainer pod;

    @BeforeAll
    static void a_node_with_the_appliance_and_a_pod() throws IOException {
        assertThat(System.getProperty("user.name")).as("these tests need root").isEqualTo("root");
        lan = Lan.open(Lan.Options.DEFAULT.nodes(1));
        registry = Registry.start(lan);
        node = Containerd.start(lan.node(1));
        String podImage = PodImage.push(registry);
        node.pull(podImage);
        DaemonSet set = DaemonSet.read(Path.of("../manifests/route-fix.yaml"));
        node.ctr(
                        "images",
                        "import",
                        BuiltImage.WORKSPACE.image().toAbsolutePath().toString())
                .within(BOUND)
                .run();
        appliance = DaemonPod.start(node, set, imported(podImage));
        appliance.awaitReady(BOUND);
        pod = PodContainer.start(node, "web", podImage);
    }

    private static String imported(String other) {
        return node.ctr("images", "list", "--quiet")
                .run()
                .stdout()
                .lines()
                .filter(name -> !name.equals(other))
                .findFirst()
                .orElseThrow();
    }

    @AfterAll
    static void gone() {
        Stream.of(pod, appliance, node, registry, lan).forEach(LeastPrivilegeIT::close);
    }

    private static void close(AutoCloseable each) {
        try {
            if (each != null) {
                each.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void it_runs_with_a_filter_of_system_calls_and_can_gain_nothing() throws IOException {
        for (long process : appliance.cgroup().processes()) {
            var status = Files.readString(Path.of("/proc", Long.toString(process), "status"));

            assertThat(status).contains("NoNewPrivs:\t1", "Seccomp:\t2").contains("CapAmb:\t0000000000000000");
            assertThat(status).doesNotContain("CapBnd:\t000001ffffffffff");
        }
    }

    @Test
    void it_sets_up_node_and_pod_although_its_proc_sys_is_read_only() {
        assertThat(lan.node(1).netns().sysctl("net/ipv4/conf/mac0/send_redirects"))
                .isEqualTo("0");
        assertThat(pod.netns().sysctl("net/ipv4/conf/eth0/accept_redirects")).isEqualTo("0");
        assertThat(lan.client().netns().run("ping", "-c1", "-W2", pod.address()).ok())
                .isTrue();
    }

    @Test
    void who_enters_it_asks_by_the_name_of_the_program() {
        assertThat(appliance.exec(List.of("ctl", "live")).stdout()).isEqualTo("live\n");
    }

    @Test
    void it_listens_on_no_port() {
        var sockets = node.root()
                .command("ss", "-H", "-nptu", "-l")
                .run()
                .stdout()
                .lines()
                .filter(line -> appliance.cgroup().processes().stream()
                        .anyMatch(process -> line.contains("pid=" + process + ",")))
                .toList();

        assertThat(sockets).isEmpty();
    }

    @Test
    void nobody_but_root_can_change_what_it_installed() {
        for (String place : PLACES) {
            assertThat(node.root()
                            .command(
                                    "find", place, "!", "-type", "l", "(", "-perm", "/022", "-o", "!", "-user", "0",
                                    ")")
                            .attempt()
                            .stdout())
                    .as(place)
                    .isEmpty();
        }
    }

    @Test
    void nobody_but_root_can_read_its_records_or_hold_its_locks() {
        assertThat(node.root()
                        .command("find", "/run/route-fix", "-type", "f", "-perm", "/077")
                        .run()
                        .stdout())
                .isEmpty();
        assertThat(node.root().path("/run/route-fix/attachments")).isNotEmptyDirectory();
        assertThat(asNobody("ls", "/run/route-fix").stderr()).contains("Permission denied");
    }

    @Test
    void a_user_who_is_not_root_reaches_nothing_by_any_door() {
        String before = state();

        assertThat(asNobody("sh", "-c", "exec 3<>" + SOCKET).ok())
                .as("the socket")
                .isFalse();
        assertThat(asNobody(ctl(), "uninstall").exit()).as("ctl uninstall").isNotZero();
        assertThat(asNobody(ctl(), "status").exit()).as("ctl status").isNotZero();
        for (String verb : List.of("ADD", "DEL", "GC")) {
            // DEL must not fail (CNI specification), whatever it could not do
            assertThat(callAsNobody(verb).ok()).as(verb).isEqualTo(verb.equals("DEL"));
        }

        assertThat(state()).isEqualTo(before);
    }

    @Test
    void root_in_a_pod_sees_neither_socket_nor_files_nor_a_port_of_it() {
        assertThat(inPod("ls", "/run").stdout()).doesNotContain("route-fix");
        assertThat(inPod("ls", "/opt/cni").ok()).isFalse();
        assertThat(inPod("cat", "/proc/net/unix").stdout()).doesNotContain("route-fix", "dhcp.sock");
        assertThat(inPod("sh", "-c", "busybox echo 1 > /proc/sys/net/ipv4/conf/eth0/accept_redirects")
                        .ok())
                .as("what keeps redirects out")
                .isFalse();
    }

    private static Output inPod(String... words) {
        return node.ctr(Stream.concat(
                                Stream.of(
                                        "tasks",
                                        "exec",
                                        "--exec-id",
                                        "x" + System.nanoTime(),
                                        pod.name(),
                                        "/bin/busybox"),
                                Stream.of(words))
                        .toList())
                .attempt();
    }

    private static Output callAsNobody(String verb) {
        return node.root()
                .command(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "env",
                        "CNI_COMMAND=" + verb,
                        "CNI_CONTAINERID=" + pod.name(),
                        "CNI_IFNAME=eth0",
                        "CNI_NETNS=" + pod.netns().path(),
                        "CNI_PATH=/opt/cni/bin",
                        RELAY)
                .stdin("""
                        {"cniVersion": "1.1.0", "name": "dhcp-cni-network", "type": "route-fix", "cni.dev/valid-attachments": []}
                        """)
                .attempt();
    }

    private static Output asNobody(String... words) {
        return node.root()
                .command(Stream.concat(
                                Stream.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"),
                                Stream.of(words))
                        .toList())
                .attempt();
    }

    /** The executable that asks the resident, as it is on the node. */
    private static String ctl() {
        return node.root()
                .command("sh", "-c", "ls /opt/cni/bin/.route-fix/*/bin/ctl")
                .run()
                .stdout()
                .strip();
    }

    /** What a call could have changed. */
    private static String state() {
        return node.root()
                .command(
                        "sh",
                        "-ec",
                        "find /run/route-fix /var/lib/route-fix /etc/cni /opt/cni/bin -maxdepth 2 | sort;"
                                + " ip route show proto 96; ip neigh show dev mac0 nud permanent; iptables -S FORWARD")
                .run()
                .stdout();
    }
}
