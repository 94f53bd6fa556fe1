package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.Caller;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Poll;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods whose whole network the resident makes in one call, with addresses that it has from the LAN's DHCP server. */
class LeasedPodIT {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(20);

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
        Poll.until(
                "two leases are held ready",
                SOON,
                () -> leases().stream().filter(file -> file.contains("/free/")).count() == 2);
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
    void nothing_of_leases_is_left_when_the_node_is_left() {
        pod("web-0").close();

        assertThat(host.ctl("uninstall").exit()).isZero();

        Poll.until("all files are gone", SOON, () -> leases().isEmpty());
        resident.close();
        assertThat(host.files()).isEmpty();
    }
}
