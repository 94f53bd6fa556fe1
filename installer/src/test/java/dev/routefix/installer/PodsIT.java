package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.Paths;
import dev.routefix.lab.run.Poll;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attached pods that somebody changes afterwards, in themselves or on the node: found, and put right without touching what is others'. */
class PodsIT extends EmptyNode {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private TestPod pod;

    @BeforeEach
    void attach_a_pod() {
        look();
        pod = new TestPod(node, "c1", "192.168.2.76");
        pod.sandbox().ip("link set lo up\n");
        assertThat(pod.call("ADD").attempt().exit()).isZero();
    }

    @AfterEach
    void stop() {
        pod.close();
    }

    @Test
    void d4_the_resident_follows_a_pod_that_got_another_hardware_address_right_after_its_ADD() {
        try (var resident = node.run()) {
            try (var late = new TestPod(node, "c2", "192.168.2.77")) {
                assertThat(late.call("ADD").attempt().exit()).isZero();
                late.sandbox().ip("link set eth0 down\nlink set eth0 address 02:11:22:33:44:55\nlink set eth0 up\n");
                assertThat(late.call("CHECK").attempt().exit()).isEqualTo(1);

                resident.await(
                        "it has put the pod right",
                        PATIENCE,
                        () -> late.call("CHECK").attempt().exit() == 0);

                assertThat(neighbours("192.168.2.77")).contains("02:11:22:33:44:55 PERMANENT");
                assertThat(resident.log()).contains("reconnect pod c2@eth0");
                assertThat(late.call("DEL").attempt().exit()).isZero();
                assertThat(neighbours("192.168.2.77")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "link set eth0 address 02:11:22:33:44:55",
                "link set eth0 down\nlink set eth0 up",
                "neigh flush dev eth0 nud permanent",
                "neigh replace 169.254.1.1 lladdr 02:00:00:00:00:99 dev eth0 nud permanent",
                "route del default",
                "route replace 192.168.2.0/24 dev eth0 scope link",
                "address flush dev eth0\naddress add 192.168.2.76/24 dev eth0"
            })
    void d4_a_look_puts_right_what_was_changed_in_a_pod(String change) {
        pod.sandbox().ip(change + "\n");
        assertThat(pod.call("CHECK").attempt().exit()).isEqualTo(1);

        assertThat(look()).contains("reconnect pod c1@eth0");
        assertWell();
        assertThat(look()).doesNotContain("reconnect");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "neigh replace 192.168.2.76 lladdr 02:00:00:00:00:99 dev mac0 nud permanent",
                "neigh del 192.168.2.76 dev mac0",
                "route del 192.168.2.76"
            })
    void d4_a_look_puts_right_what_was_changed_on_the_node(String change) {
        node.netns().ip(change + "\n");
        look();
        assertWell();
    }

    @Test
    void what_others_have_added_to_a_pod_stays() {
        pod.sandbox().ip("""
                        link add net5 type bridge
                        link set net5 up
                        address add 10.5.0.7/16 dev net5
                        route add 10.6.0.0/16 via 10.5.0.1
                        route add 10.8.0.0/24 via 169.254.1.1 dev eth0
                        rule add from 10.5.0.7 lookup 100
                        link set eth0 address 02:11:22:33:44:55
                        """);
        var routes = pod.sandbox().run("ip", "route").stdout();
        var rules = pod.sandbox().run("ip", "rule").stdout();

        look();

        assertWell();
        assertThat(pod.sandbox().run("ip", "route").stdout()).isEqualTo(routes);
        assertThat(pod.sandbox().run("ip", "rule").stdout()).isEqualTo(rules);
    }

    @Test
    void a_pod_that_took_its_default_route_elsewhere_keeps_it_and_answers_by_its_own_way() {
        pod.sandbox().ip("link add tun0 type bridge\nlink set tun0 up\nroute replace default dev tun0\n");

        look();

        assertWell();
        assertThat(pod.sandbox().run("ip", "route", "show", "default").stdout())
                .contains("dev tun0")
                .doesNotContain("eth0");
        assertThat(pod.sandbox()
                        .run("ip", "route", "get", "192.0.2.1", "from", "192.168.2.76")
                        .stdout())
                .contains("via 169.254.1.1 dev eth0");
        assertThat(pod.call("DEL").attempt().exit()).isZero();
        assertThat(pod.sandbox().run("ip", "rule").stdout().lines()).hasSize(3);
    }

    @Test
    void a_pod_that_an_older_version_attached_is_looked_after_as_well() throws IOException {
        var record = node.at("run/route-fix/attachments/c1@eth0");
        Files.writeString(record, oldForm(record));
        pod.sandbox().ip("link set eth0 down\nlink set eth0 up\n");
        node.netns().ip("link del mac0\n");

        look();

        assertWell();
        assertThat(pod.call("DEL").attempt().exit()).isZero();
    }

    /** The record as version 0.1.0 wrote it. */
    private static String oldForm(Path record) throws IOException {
        var text = Files.readString(record)
                .replace("\"version\":2", "\"version\":1")
                .replace("\"network\":\"lan\",", "")
                .replace("192.168.2.76/24", "192.168.2.76")
                .replaceAll("(\"namespace\":\"\\d+)/\\d+", "$1")
                .replaceAll(",\"mac\":\"[^\"]*\"", "");
        assertThat(text).doesNotContain("/24\"", "\"network\"", "\"mac\"");
        return text;
    }

    @Test
    void a_pod_that_has_lost_its_addresses_or_its_interface_keeps_nobody_from_being_well() {
        pod.sandbox().ip("address flush dev eth0\n");
        look();
        pod.sandbox().ip("link del eth0\n");
        look();
    }

    /** One look at the whole node, with all repairs, as the resident's first one; what it said. */
    private String look() {
        var environment = Map.of(
                "CNI_BIN_DIR", node.binDir().toString(),
                "CNI_CONF_DIR", node.confDir().toString(),
                "NODE_NAME", "node-1");
        var said = new ByteArrayOutputStream();
        try (var stream = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            var appliance = new CommandLine(environment, Paths.under(node.at("")), stream, stream);
            int exit = node.netns().call(() -> appliance.execute(new String[] {"install"}));
            assertThat(exit).as(said.toString(StandardCharsets.UTF_8)).isZero();
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    private void assertWell() {
        Poll.until("CHECK succeeds", PATIENCE, () -> pod.call("CHECK").attempt().exit() == 0);
        assertThat(pod.isReachable()).isTrue();
    }

    private String neighbours(String address) {
        return node.netns().run("ip", "neigh", "show", address).stdout();
    }
}
