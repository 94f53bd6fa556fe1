package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.lifecycle.FileLocks;
import dev.routefix.lab.Caller;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods whose whole network the resident makes in one call, with addresses that it has from the LAN's DHCP server. */
class LeasedPodIT {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Pattern GIVEN = Pattern.compile("\"sinceBoot\":(\\d+)");

    private Lan lan;
    private TestNode host;
    private Background resident;

    @BeforeEach
    void start() {
        lan = Lan.open();
        host = new TestNode(node().netns());
        resident = run();
    }

    @AfterEach
    void stop() {
        resident.close();
        host.close();
        lan.close();
    }

    private Node node() {
        return lan.node(1);
    }

    private Background run() {
        return host.run("NODE_NAME=n1", "WARM_LEASES=2");
    }

    private Pod pod(String name) {
        return Pod.attach(
                name,
                node(),
                node().chain(Conflist.read(host.conflist()), List.of(host.binDir(), Node.REFERENCE_PLUGINS)));
    }

    private void answersClient(Pod pod) {
        assertThat(Caller.in(lan.client().netns(), PATIENCE).tcp(pod.address(), Pod.PORT))
                .isInstanceOf(Reply.Answer.class);
    }

    private List<String> leases() {
        return host.files().stream()
                .filter(file -> file.startsWith("var/lib/route-fix/leases/"))
                .toList();
    }

    @Test
    void a_pod_gets_its_network_in_one_call_and_gives_it_back() {
        try (var pod = pod("web-0")) {
            assertThat(lan.leases())
                    .anySatisfy(lease -> assertThat(lease.address()).isEqualTo(pod.address()));
            answersClient(pod);
            assertThat(host.files()).noneMatch(file -> file.endsWith("bin/dhcp") && file.contains("sock"));
        }
        assertThat(leases()).noneMatch(file -> file.contains("@"));
    }

    @Test
    void two_leases_are_held_ready_for_pods_to_come() {
        Poll.until("two leases are held ready", SOON, () -> ready() == 2);
    }

    @Test
    void the_lease_of_a_pod_goes_on_under_a_new_resident() {
        try (var pod = pod("web-0")) {
            var before = leases().stream().filter(file -> file.contains("@")).toList();
            resident.close();
            resident = run();

            assertThat(before).hasSize(1);
            assertThat(leases()).containsAll(before);
            answersClient(pod);
        }
    }

    @Test
    void a_new_resident_renews_what_is_due_before_it_has_looked_at_the_node() {
        try (var pod = pod("web-0")) {
            resident.close();
            makeOlder(Duration.ofSeconds(301));
            var before = given();
            try (var _ = FileLocks.wait(host.at("run/route-fix/installer.lock"))) {
                resident = host.java("run", "NODE_NAME=n1").start(host.at("waits.log"));
                Poll.until("it is renewed", SOON, () -> given() > before);
                assertThat(resident.log()).doesNotContain("looking after it");
            }
            answersClient(pod);
        }
    }

    @Test
    void at_its_end_a_lease_leaves_the_pod_and_the_pod_is_back_when_the_server_is() {
        try (var pod = pod("web-0")) {
            resident.close();
            lan.stopDhcp();
            makeOlder(Duration.ofSeconds(595));
            resident = run();

            Poll.until("the address is gone", SOON, () -> !hasAddress(pod));
            assertThat(resident.log()).contains("web-0").contains("the pod loses its address");
            lan.serveDhcp();
            Poll.until("the address is back", SOON, () -> hasAddress(pod));
            Poll.until("the log says so", SOON, () -> resident.log().contains("is leased again"));
            answersClient(pod);
        }
    }

    private static boolean hasAddress(Pod pod) {
        return pod.netns()
                .run("ip", "-4", "-o", "address", "show", "dev", Pod.LINK)
                .stdout()
                .contains(pod.address());
    }

    @Test
    void a_node_that_is_given_up_renews_what_its_pods_have_and_gives_back_what_is_held_ready() {
        Poll.until("two are held", SOON, () -> ready() == 2);
        try (var pod = pod("web-0")) {
            var before = given();

            assertThat(host.ctl("uninstall").exit()).isZero();

            assertThat(given()).isGreaterThan(before);
            assertThat(ready()).isZero();
            assertThat(lan.dhcpLog()).contains("DHCPRELEASE");
            answersClient(pod);
        }
    }

    @Test
    void on_a_node_that_was_given_up_any_call_wakes_who_renews_a_lease_that_should_have_been() {
        try (var pod = pod("web-0")) {
            host.ctl("uninstall");
            assertThat(resident.stop(SOON)).isZero();
            host.plugin("STATUS", "", pod.netns(), conf()).attempt();
            assertThat(host.at("run/route-fix/retirement.log")).doesNotExist();

            makeOlder(Duration.ofSeconds(301));
            var before = given();
            host.plugin("STATUS", "", pod.netns(), conf()).attempt();

            Poll.until("it is renewed", SOON, () -> given() > before);
            answersClient(pod);
        }
        Poll.until("all files are gone", SOON, () -> host.files().isEmpty());
    }

    private static String conf() {
        return """
                {"cniVersion":"1.1.0","name":"dhcp-cni-network","type":"route-fix"}""";
    }

    private long ready() {
        return leases().stream().filter(file -> file.contains("/free/")).count();
    }

    private Path leaseOfThePod() {
        return leases().stream()
                .filter(file -> file.contains("@"))
                .map(host::at)
                .findFirst()
                .orElseThrow();
    }

    /** When the pod's lease was given, in milliseconds since the machine was started. */
    private long given() {
        var matcher = GIVEN.matcher(read(leaseOfThePod()));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** As if the pod's lease had been given so much earlier. */
    private void makeOlder(Duration by) {
        var file = leaseOfThePod();
        var older = "\"sinceBoot\":" + (given() - by.toMillis());
        try {
            Files.writeString(file, GIVEN.matcher(read(file)).replaceFirst(older));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nothing_of_leases_is_left_when_the_node_is_left() {
        pod("web-0").close();

        assertThat(host.ctl("uninstall").exit()).isZero();

        Poll.until("all files are gone", SOON, () -> leases().isEmpty());
        resident.close();
        assertThat(host.files()).isEmpty();
    }
}
