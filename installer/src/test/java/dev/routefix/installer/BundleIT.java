package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive for a report of a fault, as a resident gives it and tar unpacks it. */
class BundleIT extends EmptyNode {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SECRET = "c0rrect-h0rse-battery-staple-4711";

    @TempDir
    Path directory;

    @Test
    void it_has_what_tells_of_the_node_and_its_pods() throws IOException {
        try (var _ = node.run("IPAM={\"type\":\"static\"}");
                var pod = new TestPod(node, "c1", "192.168.2.76")) {
            pod.call("ADD").run();
            Poll.until("it is ready", SOON, () -> node.ctl("ready").ok());

            unpack();

            assertThat(file("status.txt")).contains("ok     mac0");
            assertThat(file("doctor.json")).contains("\"healthy\": true");
            assertThat(file("log.txt")).contains("info create mac0");
            assertThat(file("settings.txt")).contains("NODE_NAME=node-1\n", "\"type\": \"static\"");
            assertThat(file("versions.txt")).contains("build    " + TestNode.BUILD, "java     25", "kernel   Linux");
            assertThat(file("network.txt"))
                    .contains(" mac0 macvlan bridge on #", "192.168.2.10/24", "route 192.168.2.76/32 dev #")
                    .contains("neighbour 192.168.2.76 dev #");
            assertThat(file("iptables.txt")).contains("--- nft filter\n", "-A FORWARD -i mac0 ");
            assertThat(file("conflists.txt")).contains("0-route-fix.conflist\n{", "\"type\": \"route-fix\"");
            assertThat(file("attachments.txt")).contains("c1@eth0\n{", "192.168.2.76");
            assertThat(file("leases.txt")).contains("there is no ");
        }
    }

    @Test
    void secrets_are_left_out() throws IOException {
        Files.writeString(node.confDir().resolve("99-other.conflist"), """
                {"cniVersion":"1.0.0","name":"other","args":{"cni":{"x":"%1$s"}},"plugins":[{"type":"calico",
                 "kubernetes":{"k8s_auth_token":"%1$s","k8s_api_root":"https://10.0.0.1"},"runtimeConfig":{"y":"%1$s"}}]}
                """.formatted(SECRET));
        Files.writeString(node.confDir().resolve("99-torn.conf"), "{\"password\":\"" + SECRET);
        try (var _ = node.run("IPAM={\"type\":\"static\",\"apiKey\":\"" + SECRET + "\"}", "DB_URL=" + SECRET)) {
            Poll.until("it is ready", SOON, () -> node.ctl("ready").ok());

            unpack();

            assertThat(Files.readString(directory.resolve("bundle.tar"))).doesNotContain(SECRET);
            assertThat(file("conflists.txt"))
                    .contains("\"k8s_auth_token\": \"(left out)\"", "\"args\": \"(left out)\"", "https://10.0.0.1")
                    .contains("99-torn.conf\nleft out: it is no JSON object");
        }
    }

    @Test
    void it_is_given_also_where_the_node_is_in_trouble() throws IOException {
        try (var _ = node.run("IPAM={\"type\":\"static\"}")) {
            node.netns().ip("link delete eth0");
            Poll.until("it is not ready", SOON, () -> !node.ctl("ready").ok());

            unpack();

            assertThat(file("status.txt")).startsWith("cannot be told: ").contains("eth0");
            assertThat(file("doctor.json")).contains("\"healthy\": false");
        }
    }

    private void unpack() throws IOException {
        var said = node.ctl("bundle");
        assertThat(said.exit()).isZero();
        Files.writeString(directory.resolve("bundle.tar"), said.stdout());
        Command.of(
                        "tar",
                        "-C",
                        directory.toString(),
                        "-xf",
                        directory.resolve("bundle.tar").toString())
                .run();
    }

    private String file(String name) throws IOException {
        return Files.readString(directory.resolve("route-fix").resolve(name));
    }
}
