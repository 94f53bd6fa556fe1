package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.cni.Json;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A resident tries its flows, as a user asks it to, on a LAN with a real DHCP server and a second node. */
class CheckIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    /** Sandboxes that are gone are forgotten once a minute. */
    private static final Duration LATER = Duration.ofMinutes(3);

    private Lan lan;
    private TestNode host;
    private Background resident;

    @BeforeEach
    void start() {
        lan = Lan.open(Lan.Options.DEFAULT);
        host = new TestNode(node().netns());
        resident = host.run("NODE_NAME=n1", "WARM_LEASES=0");
        Poll.until("the node is ready", SOON, () -> host.ctl("ready").ok());
    }

    @AfterEach
    void stop() {
        resident.close();
        host.close();
        lan.close();
    }

    @Test
    void on_a_node_that_is_well_every_flow_works_and_nothing_is_left_of_the_probe() throws IOException {
        try (var pod = pod("web-0")) {
            var before = host.files();

            var said = host.ctl("check", lan.node(2).address());

            assertThat(said.exit()).as(said.stdout()).isZero();
            assertThat(said.stdout())
                    .containsPattern("ok     router 192.168.2.1 -> another hardware address +4/4\n")
                    .containsPattern("ok     DHCP server offers one address more +1/1\n")
                    .containsPattern("ok     node -> pods of this node +1/1\n")
                    .containsPattern("ok     a pod gets its network +1/1\n")
                    .containsPattern("ok     pod -> router 192.168.2.1 +4/4\n")
                    .containsPattern("ok     pod -> pods of this node +1/1\n")
                    .containsPattern("ok     pod -> " + lan.node(2).address() + " +4/4\n")
                    .containsPattern("ok     pod -> node's port -> pod +4/4\n")
                    .endsWith("\nevery flow works\n");
            Poll.until("nothing is left", LATER, () -> host.files().equals(before));
            Poll.until("its address is given back", SOON, () -> lan.leases().size() == 1);
            assertThat(host.ctl("doctor").stdout()).contains(pod.address()).endsWith("\nhealthy\n");
        }
    }

    @Test
    void a_flow_that_does_not_work_is_said_with_the_reason() throws IOException {
        node().netns().run("iptables-nft", "-I", "FORWARD", "-i", "mac0", "-o", "eth0", "-j", "DROP");

        var said = host.ctl("check", "--json");

        node().netns()
                .command("iptables-nft", "-D", "FORWARD", "-i", "mac0", "-o", "eth0", "-j", "DROP")
                .attempt();
        assertThat(said.exit()).isEqualTo(1);
        var json = Json.read(said.stdout().getBytes(StandardCharsets.UTF_8));
        assertThat(json).containsOnlyKeys("ok", "flows", "notTried").containsEntry("ok", false);
        assertThat(said.stdout()).contains("\"name\": \"pod -> router 192.168.2.1\"", "192.168.2.1 does not answer");
    }

    @Test
    void a_LAN_without_a_DHCP_server_is_said() {
        lan.stopDhcp();

        var said = host.ctl("check");

        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.stdout())
                .contains("WRONG  DHCP server offers one address more", "not tried: flows of a pod: ")
                .contains("flows do not work\n");
    }

    @Test
    void what_is_no_address_is_refused() {
        assertThat(host.ctl("check", "n2").exit()).isEqualTo(2);
        assertThat(host.ctl("check", "n2").stderr())
                .contains("\"n2\" is not an IP address; usage: ctl check [ADDRESS...]");
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
}
