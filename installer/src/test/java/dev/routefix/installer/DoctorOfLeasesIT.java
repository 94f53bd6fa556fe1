package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Output;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What doctor finds about addresses from a LAN's DHCP server, and about a node whose resident is in trouble: asked of a resident as a user does. */
class DoctorOfLeasesIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String[] ENVIRONMENT = {"NODE_NAME=n1", "WARM_LEASES=0"};
    private static final Pattern GIVEN = Pattern.compile("\"sinceBoot\":(\\d+)");

    private Lan lan;
    private TestNode host;
    private Background resident;

    @BeforeEach
    void start_on_a_LAN_with_two_addresses_for_pods() {
        lan = Lan.open(Lan.Options.DEFAULT.nodes(1).leases(2));
        host = new TestNode(node().netns());
        resident = host.run(ENVIRONMENT);
        Poll.until("the node is ready", SOON, () -> host.ctl("ready").ok());
    }

    @AfterEach
    void stop() {
        resident.close();
        host.close();
        lan.close();
    }

    @Test
    void a_server_that_answers_is_well_and_so_is_a_pod_by_its_name() {
        try (var pod = pod("web-0")) {
            var said = host.ctl("doctor");

            assertThat(said.stdout())
                    .contains("ok     DHCP server 192.168.2.1: it offers 192.168.2.", ", leased for ")
                    .endsWith("\nhealthy\n");
            assertThat(said.exit()).isZero();
            assertThat(host.ctl("doctor", pod.address()).stdout()).startsWith("ok     pod ");
            assertThat(host.ctl("doctor", "web-9").exit()).isEqualTo(2);
            assertThat(host.ctl("doctor", "web-9").stderr()).contains("no such pod: web-9; these are attached: ");
        }
    }

    @Test
    void a_server_that_does_not_answer_is_found() {
        lan.stopDhcp();

        var finding = only(host.ctl("doctor", "--json"));

        assertThat(finding.get("subject")).isEqualTo("DHCP server of eth0");
        assertThat(finding.get("cause")).startsWith("no server has offered one: sent DISCOVER");
        assertThat(finding.get("cure")).contains("start the server");
    }

    @Test
    void a_range_without_an_address_left_is_told_from_a_server_that_is_silent() {
        try (var _ = pod("web-0");
                var _ = pod("web-1")) {
            var finding = only(host.ctl("doctor", "--json"));

            assertThat(finding.get("cause")).startsWith("the server renews what it has given and offers nothing");
            assertThat(finding.get("cure")).contains("give its range more addresses");
        }
    }

    @Test
    void a_lease_near_its_end_and_one_that_has_ended_are_found() throws IOException {
        try (var pod = pod("web-0")) {
            resident.close();
            makeOlder(Duration.ofSeconds(550));
            var near = only(alone());
            assertThat(near.get("subject")).startsWith("pod ").contains(pod.address());
            assertThat(near.get("problem")).startsWith("the pod loses " + pod.address() + " in ");
            assertThat(near.get("cause")).startsWith("its DHCP server 192.168.2.1 has not renewed the lease for");

            makeOlder(Duration.ofSeconds(200));
            var ended = only(alone());
            assertThat(ended.get("problem")).isEqualTo("the pod has lost " + pod.address());
            assertThat(ended.get("cause")).startsWith("the lease has ended ");
        }
    }

    @Test
    void what_the_node_does_not_let_the_resident_do_is_the_cause() throws IOException {
        var plugin = host.binDir().resolve("route-fix");
        Files.delete(plugin);
        Files.createDirectories(plugin.resolve("in-the-way"));
        Poll.until("it is not ready", SOON, () -> !host.ctl("ready").ok());

        var finding = only(host.ctl("doctor", "--json"));

        assertThat(finding.get("subject")).isEqualTo("plugin");
        assertThat(finding.get("cause")).contains("cannot write " + plugin);
        assertThat(finding.get("cure")).startsWith("put right what is named here");
        Files.delete(plugin.resolve("in-the-way"));
        Files.delete(plugin);
    }

    @Test
    void a_pod_in_which_the_kernel_lets_nothing_be_put_right_is_found_once_and_others_can_be_added() {
        try (var pod = pod("web-0")) {
            pod.netns().ip("link set eth0 down");
            node().netns().run("ip", "route", "delete", pod.address(), "dev", "mac0");
            Poll.until("the resident says so", SOON, () -> resident.log().contains(" cannot be mended ("));

            assertThat(host.ctl("ready").ok()).isTrue();
            var finding = only(host.ctl("doctor", "--json"));

            assertThat(finding.get("subject")).startsWith("pod ");
            assertThat(finding.get("cause")).isEqualTo("the pod's interface eth0 is down");
        }
    }

    @Test
    void a_node_that_is_given_up_is_found() {
        try (var _ = pod("web-0")) {
            host.ctl("uninstall");

            var finding = only(host.ctl("doctor", "--json"));

            assertThat(finding.get("cause")).isEqualTo("route-fix has been removed from this node");
            assertThat(finding.get("cure")).startsWith("apply the manifest again");
        }
    }

    private static Map<String, String> only(Output said) {
        assertThat(said.exit()).isEqualTo(1);
        var findings = DoctorsJson.findings(said);
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }

    /** Doctor without a resident. */
    private Output alone() {
        return host.java(List.of("doctor", "--json"), ENVIRONMENT).attempt();
    }

    private Node node() {
        return lan.node(1);
    }

    private Pod pod(String name) {
        return Pod.attach(
                name,
                node(),
                node().chain(Conflist.read(host.conflist()), List.of(host.binDir(), Node.REFERENCE_PLUGINS)));
    }

    /** As if the pod's lease had been given so much earlier. */
    private void makeOlder(Duration by) throws IOException {
        var name = host.files().stream()
                .filter(file -> file.startsWith("var/lib/route-fix/leases/") && file.contains("@"))
                .findFirst()
                .orElseThrow();
        var text = Files.readString(host.at(name));
        var given = GIVEN.matcher(text);
        assertThat(given.find()).isTrue();
        long before = Long.parseLong(given.group(1));
        Files.writeString(host.at(name), given.replaceFirst("\"sinceBoot\":" + (before - by.toMillis())));
    }
}
