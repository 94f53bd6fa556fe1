package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.Lan;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.DaemonPod;
import dev.routefix.lab.containerd.DaemonSet;
import dev.routefix.lab.cri.Cri;
import dev.routefix.lab.run.Poll;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The built image with its manifest as it is, on a node that is laid out as k3s lays one out: a real containerd, whose plugins are behind a link that an upgrade
 * moves. Needs root.
 */
final class FoundOutIT {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final String IMAGE = "route-fix/route-fix:found-out";
    private static final Path CONF_DIR = Path.of("/var/lib/rancher/k3s/agent/etc/cni/net.d");
    private static final String DATA = "/var/lib/rancher/k3s/data";
    private static final Path BIN_DIR = Path.of(DATA, "current/bin");

    private static Lan lan;
    private static Containerd node;
    private static Cri cri;
    private static DaemonSet set;

    @BeforeAll
    static void a_node_of_k3s() throws IOException {
        assertThat(System.getProperty("user.name")).as("these tests need root").isEqualTo("root");
        lan = Lan.open(Lan.Options.DEFAULT.nodes(1));
        node = Containerd.startAsConfigured(lan.node(1), CONF_DIR, BIN_DIR);
        cri = Cri.of(node);
        node.load(BuiltImage.WORKSPACE.image(), IMAGE);
        set = DaemonSet.read(Path.of("../manifests/route-fix.yaml"));
    }

    @AfterAll
    static void gone() throws Exception {
        for (AutoCloseable each : Stream.of(cri, node, lan).toList()) {
            if (each != null) {
                each.close();
            }
        }
    }

    @Test
    void pods_get_their_network_where_the_runtime_looks_and_keep_it_when_that_place_moves() throws IOException {
        upgradeTo("1");
        String first;
        try (var appliance = DaemonPod.start(node, set, IMAGE)) {
            appliance.awaitReady(BOUND);
            assertThat(appliance.log())
                    .contains("CNI_BIN_DIR is " + BIN_DIR + " and CNI_CONF_DIR is " + CONF_DIR)
                    .contains("containerd (process " + node.pid() + "), which runs this container");
            first = cri.run("first", "default");
            assertThat(answers(first)).isTrue();

            upgradeTo("2");

            Poll.until("it ends by itself", BOUND, () -> !appliance.isAlive());
            assertThat(appliance.log()).contains("ends with exit code 3");
            assertThat(appliance.stop().exit()).isEqualTo(3);
        }
        assertThat(answers(first)).isTrue();
        assertThat(at(DATA + "/1/bin/route-fix")).exists();
        assertThat(at(DATA + "/2/bin")).isEmptyDirectory();

        try (var next = DaemonPod.start(node, set, IMAGE)) {
            next.awaitReady(BOUND);
            assertThat(at(DATA + "/2/bin/route-fix")).exists();
            assertThat(answers(first)).isTrue();
            String second = cri.run("second", "default");
            assertThat(answers(second)).isTrue();
            cri.remove(first);
            cri.remove(second);
            assertThat(next.stop().preStop().stdout()).contains("uninstalled");
        }
        assertThat(at(DATA + "/2/bin")).isEmptyDirectory();
        assertThat(at(CONF_DIR.toString())).isEmptyDirectory();
    }

    @Test
    void directories_that_are_given_are_mounts_and_one_that_is_deleted_and_made_anew_ends_the_container()
            throws IOException {
        upgradeTo("3");
        var given = DaemonSet.read(withMounts(Path.of(DATA, "3/bin"), CONF_DIR));
        try (var appliance = DaemonPod.start(node, given, IMAGE)) {
            appliance.awaitReady(BOUND);
            assertThat(appliance.log()).contains("installed on eth0");
            String sandbox = cri.run("given", "default");
            assertThat(answers(sandbox)).isTrue();
            cri.remove(sandbox);

            // what is made while the old one is there has another inode
            Path fresh = Files.createDirectory(at(DATA + "/3/fresh"));
            Files.move(at(DATA + "/3/bin"), at(DATA + "/3/old"));
            Files.move(fresh, at(DATA + "/3/bin"));

            Poll.until("it ends by itself", BOUND, () -> !appliance.isAlive());
            assertThat(appliance.log()).contains("ends with exit code 3");
            assertThat(appliance.stop().exit()).isEqualTo(3);
        }
        try (var next = DaemonPod.start(node, given, IMAGE)) {
            next.awaitReady(BOUND);
            assertThat(at(DATA + "/3/bin/route-fix")).exists();
            assertThat(next.stop().preStop().stdout()).contains("uninstalled");
        }
    }

    @Test
    void a_container_that_may_not_see_the_hosts_root_says_what_it_takes() {
        var blind = set.with(set.privileges().without("SYS_PTRACE"));
        try (var appliance = DaemonPod.start(node, blind, IMAGE)) {
            Poll.until("it ends", BOUND, () -> !appliance.isAlive());
            assertThat(appliance.log())
                    .contains("hostPID and the capability SYS_PTRACE", "the host's own are not to be seen at /proc/");
            assertThat(appliance.stop().exit()).isEqualTo(1);
        }
    }

    /** The manifest with its directories given, and their volumes and mounts added as docs/configuration.md says. */
    private static Path withMounts(Path binDir, Path confDir) throws IOException {
        String manifest = Files.readString(Path.of("../manifests/route-fix.yaml"));
        manifest = manifest.replaceFirst("(CNI_BIN_DIR.*\n +value: )auto", "$1" + binDir)
                .replaceFirst("(CNI_CONF_DIR.*\n +value: )auto", "$1" + confDir)
                .replaceFirst(
                        "( +)(volumeMounts:\n)",
                        "$1$2$1  - {name: cni-bin, mountPath: " + binDir + "}\n$1  - {name: cni-conf, mountPath: "
                                + confDir + "}\n")
                .replaceFirst(
                        "( +)(volumes:\n)",
                        "$1$2$1  - {name: cni-bin, hostPath: {path: " + binDir
                                + ", type: Directory}}\n$1  - {name: cni-conf, hostPath: {path: " + confDir
                                + ", type: Directory}}\n");
        return Files.writeString(Run.current().directory("manifest").resolve("given.yaml"), manifest);
    }

    /** What k3s does when a new version of it starts. */
    private static void upgradeTo(String version) throws IOException {
        Files.createDirectories(at(DATA + "/" + version + "/bin"));
        Path link = Files.createSymbolicLink(at(DATA + "/next"), Path.of(DATA, version));
        Files.move(link, at(DATA + "/current"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path at(String path) {
        return node.root().path(path);
    }

    private static boolean answers(String sandbox) {
        return lan.client()
                .netns()
                .run("ping", "-c1", "-W2", cri.address(sandbox))
                .ok();
    }
}
