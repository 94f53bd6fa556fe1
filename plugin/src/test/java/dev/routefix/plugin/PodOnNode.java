package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static dev.routefix.plugin.LabNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.cni.Attachment;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One pod of the reference macvlan plugin on one node, before route-fix has touched it, and words for what tests say of it. */
abstract class PodOnNode {

    @TempDir
    Path directory;

    Path run;

    LabNode lab;
    Attachment pod;
    Netns inside;
    List<String> routesBefore = List.of();

    @BeforeEach
    void start_a_pod_on_a_node() throws IOException {
        run = Files.createDirectories(directory.resolve("run"));
        lab = new LabNode(run);
        pod = lab.pod("pod");
        inside = Netns.at(Path.of(pod.netns()));
        routesBefore = ip(inside, "route");
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    void everything_is_as_before() {
        assertThat(ip(inside, "route")).isEqualTo(routesBefore);
        assertThat(ip(inside, "neigh show nud permanent")).isEmpty();
        assertThat(inside.sysctl("net/ipv4/conf/all/accept_redirects")).isEqualTo("1");
        assertThat(inside.sysctl("net/ipv4/conf/eth0/accept_redirects")).isEqualTo("1");
        node_is_clean();
    }

    void node_is_clean() {
        assertThat(ip(lab.netns(), "route show proto 96")).isEmpty();
        assertThat(ip(lab.netns(), "neigh show nud permanent")).isEmpty();
        try (var files = Files.walk(run)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("lock")))
                    .isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the pod another interface of the same name and address, made on the node as {@code ip link add} is told. */
    void replaceInterface(String how) {
        inside.ip("link del eth0\n");
        lab.netns()
                .ip("link add tmp0 " + how + "\nlink set tmp0 netns "
                        + inside.path().getFileName() + " name eth0\n");
        addressInterface();
    }

    /** What macvlan and its IPAM leave. */
    void addressInterface() {
        inside.ip(
                "link set eth0 up\naddress add " + pod.address() + "/24 dev eth0\nroute add default via 192.168.2.1\n");
        routesBefore = ip(inside, "route");
    }

    /** Gives the pod another address, and a result that says so. */
    void renumber(String prefix) {
        inside.ip("address flush dev eth0\naddress add " + prefix + " dev eth0\n");
        pod = LabNode.renumbered(pod, prefix);
        routesBefore = ip(inside, "route");
    }

    Answer succeeds(String verb) {
        var answer = lab.call(verb, pod);
        assertThat(answer.exitCode()).as("%s: %s", verb, answer).isZero();
        return answer;
    }

    AbstractStringAssert<?> fails(String verb, int code) {
        var answer = lab.call(verb, pod);
        assertThat(answer.exitCode()).as("%s: %s", verb, answer).isEqualTo(1);
        assertThat(json(answer).path("code").asInt()).as(answer.stdout()).isEqualTo(code);
        assertThat(answer.log().lines()).hasSize(1);
        return assertThat(json(answer).path("msg").asText());
    }
}
