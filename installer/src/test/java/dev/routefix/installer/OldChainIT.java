package dev.routefix.installer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.Caller;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.Reply;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.cri.Cri;
import dev.routefix.lab.cri.CriFailure;
import dev.routefix.lab.dhcp.Lease;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The way up from 0.1.0: a real containerd has attached pods by the reference plugins macvlan and dhcp, with ours behind them, and the appliance is replaced by one that makes the whole network
 * itself. Its records are as 0.1.0 wrote them.
 */
class OldChainIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String GENERATED = "web-6d4cf56db6-x2x7z";
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    private Lan lan;
    private TestNode host;
    private Containerd containerd;
    private Cri cri;
    private Path socket;

    @BeforeEach
    void a_node_with_a_container_runtime_and_the_reference_plugins() throws IOException {
        lan = Lan.open(Lan.Options.DEFAULT.nodes(1));
        host = new TestNode(lan.node(1).netns()).withReferencePlugins();
        socket = host.at("dhcp.sock");
        containerd = Containerd.start(lan.node(1), host.confDir(), host.binDir());
        cri = Cri.of(containerd);
    }

    @AfterEach
    void gone() {
        cri.close();
        containerd.close();
        host.close();
        lan.close();
    }

    /** The old appliance's daemon, which ends with it. */
    private Background daemon() {
        var daemon = lan.node(1)
                .netns()
                .command(Node.REFERENCE_PLUGINS.resolve("dhcp").toString(), "daemon", "-socketpath", socket.toString())
                .start(host.at("dhcp.log"));
        daemon.await("makes its socket", SOON, () -> Files.exists(socket));
        return daemon;
    }

    private Background old() {
        return host.run(
                "NODE_NAME=n1", "CHAIN=reference", "IPAM={\"type\":\"dhcp\",\"daemonSocketPath\":\"" + socket + "\"}");
    }

    private Background today() {
        return host.run("NODE_NAME=n1", "CHAIN=own", "WARM_LEASES=0");
    }

    /** Pods of the old appliance, whose processes have ended. */
    private List<String> attached(String... pods) throws IOException {
        try (var daemon = daemon();
                var run = old()) {
            Poll.until("containerd has loaded the conflist", SOON, cri::isNetworkReady);
            var sandboxes = new ArrayList<String>();
            for (var pod : pods) {
                sandboxes.add(cri.run(pod, "default"));
            }
            assertThat(run.stop(SOON)).isZero();
            assertThat(daemon.isAlive()).isTrue();
            for (var sandbox : sandboxes) {
                makeOld(host.at("run/route-fix/attachments/" + sandbox + "@eth0"));
            }
            return sandboxes;
        }
    }

    /** The record as version 0.1.0 wrote it. */
    private static void makeOld(Path record) throws IOException {
        var text = Files.readString(record)
                .replace("\"version\":2", "\"version\":1")
                .replace("\"network\":\"dhcp-cni-network\",", "")
                .replaceAll("(\"addresses\":\\[\"[^/]*)/24", "$1")
                .replaceAll("(\"namespace\":\"\\d+)/\\d+", "$1")
                .replaceAll(",\"mac\":\"[^\"]*\"", "");
        assertThat(text).doesNotContain("/24\"", "\"network\"", "\"mac\"");
        Files.writeString(record, text);
    }

    private Lease leaseOf(String address) {
        return lan.leases().stream()
                .filter(lease -> lease.address().equals(address))
                .findFirst()
                .orElseThrow(() -> new AssertionError(address + " is nobody's: " + lan.leases()));
    }

    private boolean answersClient(String address) {
        return Caller.in(lan.client().netns(), PATIENCE).ping(address) instanceof Reply.Answer;
    }

    private Path lease(String sandbox) {
        return host.at("var/lib/route-fix/leases/" + sandbox + "@eth0");
    }

    /** Until it succeeds, as a kubelet does: containerd may not have loaded the new conflist yet, and by the old one there is a daemon to be asked which is gone. */
    private void stop(String sandbox) {
        Poll.until("the runtime takes it off its network", SOON, () -> {
            try {
                cri.stop(sandbox);
                return true;
            } catch (CriFailure notYet) {
                return false;
            }
        });
    }

    @Test
    void leases_of_pods_that_are_there_are_taken_over_renewed_and_given_back() throws Exception {
        var pods = attached("web-0", GENERATED);
        var address = cri.address(pods.get(0));
        var other = cri.address(pods.get(1));
        var first = leaseOf(address);
        assertThat(first.clientId())
                .isEqualTo("00:" + COLONS.formatHex((pods.get(0) + "/dhcp-cni-network/eth0").getBytes(UTF_8)));
        Thread.sleep(1_100); // dnsmasq counts in seconds

        try (var run = today()) {
            run.awaitLog("the lease of " + address + " of default/web-0", SOON);
            run.awaitLog("the lease of " + other + " of default/" + GENERATED, SOON);

            var renewed = leaseOf(address);
            assertThat(renewed.expires()).isAfter(first.expires());
            assertThat(renewed.clientId()).isEqualTo(first.clientId());
            assertThat(renewed.mac()).isEqualTo(first.mac());
            assertThat(renewed.hostname()).isEqualTo("web-0");
            assertThat(answersClient(address)).isTrue();
            assertThat(lease(pods.get(0))).exists();

            for (var pod : pods) {
                stop(pod);
                assertThat(lease(pod)).doesNotExist();
            }
            Poll.until("the leases are given back", SOON, () -> lan.leases().isEmpty());
            assertThat(answersClient(address)).isFalse();
            assertThat(host.netns().run("ip", "route", "show", "dev", "mac0").stdout())
                    .isEmpty();
            assertThat(host.netns().run("ip", "neigh", "show", "dev", "mac0").stdout())
                    .isEmpty();
            assertThat(host.at("run/route-fix/attachments")).isEmptyDirectory();
            assertThat(host.at("run/route-fix/made")).isEmptyDirectory();

            // the same name comes by the new chain, as another client, and has its address
            var again = cri.run("web-0", "default");
            assertThat(cri.address(again)).isEqualTo(address);
            assertThat(leaseOf(address).clientId()).startsWith("ff:");
            cri.remove(again);
            pods.forEach(cri::remove);
            assertThat(cri.sandboxes()).isEmpty();
            assertThat(run.log()).doesNotContain(" error ", "left something");
        }
    }

    @Test
    void a_pod_keeps_its_address_as_long_as_no_server_says_when_its_lease_ends() throws Exception {
        var pod = attached("web-0").getFirst();
        var address = cri.address(pod);
        lan.stopDhcp();

        try (var run = today()) {
            run.awaitLog("no DHCP server says whether it still has " + address, SOON);
            assertThat(answersClient(address)).isTrue();
        }
        // it is remembered that it has to be asked for
        try (var run = today()) {
            lan.serveDhcp();
            Poll.until(
                    "the server has been asked",
                    SOON,
                    () -> lan.leases().stream()
                            .anyMatch(lease -> lease.address().equals(address)
                                    && lease.hostname().equals("web-0")));
            assertThat(answersClient(address)).isTrue();
            stop(pod);
            Poll.until("the lease is given back", SOON, () -> lan.leases().isEmpty());
            assertThat(run.isAlive()).isTrue();
        }
    }

    @Test
    void a_pod_that_goes_while_the_resident_is_away_gives_its_lease_back_too() throws Exception {
        var pod = attached("web-0").getFirst();
        try (var run = today()) {
            run.awaitLog("is taken over", SOON);
            assertThat(host.at("run/route-fix/made/" + pod + "@eth0")).exists();
        }
        // a JVM of its own does what the resident would
        stop(pod);
        assertThat(lease(pod)).doesNotExist();
        Poll.until("the lease is given back", SOON, () -> lan.leases().isEmpty());
        assertThat(host.at("run/route-fix/made")).isEmptyDirectory();
    }

    @Test
    void a_pod_whose_address_is_no_servers_is_left_alone() throws Exception {
        var ipam = "IPAM=" + lan.node(1).hostLocal();
        String pod;
        try (var run = host.run("NODE_NAME=n1", "CHAIN=reference", ipam)) {
            Poll.until("containerd has loaded the conflist", SOON, cri::isNetworkReady);
            pod = cri.run("web-0", "default");
            assertThat(run.stop(SOON)).isZero();
        }
        try (var run = host.run("NODE_NAME=n1", "CHAIN=own", ipam)) {
            assertThat(host.at("run/route-fix/made")).doesNotExist();
            assertThat(run.log()).doesNotContain("the lease of", "renews its lease");
            assertThat(answersClient(cri.address(pod))).isTrue();
            stop(pod);
            cri.remove(pod);
            assertThat(host.at("run/route-fix/attachments")).isEmptyDirectory();
            assertThat(cri.sandboxes()).isEmpty();
            // 0.1.0 left this when its container was replaced
            var mark = Files.writeString(host.binDir().resolve(".route-fix/retired.json"), "{}");
            assertThat(host.ctl("uninstall").stdout()).isEqualTo("uninstalled\n");
            assertThat(mark).doesNotExist();
            assertThat(mark.getParent()).doesNotExist();
        }
    }
}
