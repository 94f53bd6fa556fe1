package dev.routefix.lab.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.kube.KubeProxy.Backend;
import dev.routefix.lab.kube.KubeProxy.Options;
import dev.routefix.lab.net.Netns;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KubeProxyIT {
    private static final LoadBalancer SERVICE = LoadBalancer.at("192.168.2.240");
    private static final Endpoint HERE = new Endpoint("192.168.2.60", 8080, "n1");
    private static final Endpoint ALSO_HERE = new Endpoint("192.168.2.61", 8080, "n1");
    private static final Endpoint THERE = new Endpoint("192.168.2.80", 8080, "n2");

    private Netns netns;

    @BeforeEach
    void create() {
        netns = Netns.create("proxy");
    }

    @AfterEach
    void delete() {
        netns.close();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void a_second_sync_leaves_everything_as_it_is(Dialect dialect) {
        KubeProxy proxy = KubeProxy.on(netns, "n1", Options.DEFAULT.dialect(dialect));

        proxy.sync(SERVICE, List.of(HERE, THERE));
        String first = rules(proxy);
        proxy.sync(SERVICE, List.of(HERE, THERE));

        assertThat(rules(proxy))
                .isEqualTo(first)
                .contains("-A FORWARD -m comment --comment \"kubernetes forwarding rules\"");
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void each_backend_writes_only_its_own_rule_set(Backend backend) {
        KubeProxy.on(netns, "n1", Options.DEFAULT.backend(backend)).sync(SERVICE, List.of(HERE));

        for (Backend each : Backend.values()) {
            String saved = netns.run(each.command() + "-save").stdout();
            assertThat(saved.contains("KUBE-IPTABLES-HINT")).as(each.name()).isEqualTo(each == backend);
        }
    }

    @Test
    void jumps_taken_away_come_back_before_everything_else() {
        KubeProxy proxy = KubeProxy.on(netns, "n1", Options.DEFAULT);
        proxy.sync(SERVICE, List.of(HERE));
        netns.run("iptables-nft", "-F", "FORWARD");
        netns.run("iptables-nft", "-A", "FORWARD", "-i", "mac0", "-j", "ACCEPT");

        proxy.sync(SERVICE, List.of(HERE));

        assertThat(rules(proxy).lines().filter(line -> line.startsWith("-A FORWARD")))
                .last()
                .isEqualTo("-A FORWARD -i mac0 -j ACCEPT");
    }

    @Test
    void the_load_balancer_leads_to_local_endpoints_and_the_cluster_address_to_all() {
        KubeProxy proxy = KubeProxy.on(netns, "n1", Options.DEFAULT);

        proxy.sync(SERVICE, List.of(HERE, THERE, ALSO_HERE));

        String rules = rules(proxy);
        assertThat(rules.lines().filter(line -> line.startsWith("-A KUBE-SVL-")))
                .hasSize(2)
                .first()
                .asString()
                .contains("--mode random --probability 0.5000000000");
        assertThat(rules.lines().filter(line -> line.startsWith("-A KUBE-SVC-") && line.contains("KUBE-SEP-")))
                .hasSize(3)
                .first()
                .asString()
                .contains("--probability 0.33333333");
    }

    @Test
    void a_node_without_endpoints_drops_what_the_load_balancer_gets() {
        KubeProxy proxy = KubeProxy.on(netns, "n1", Options.DEFAULT);

        proxy.sync(SERVICE, List.of(THERE));

        assertThat(rules(proxy)).contains("has no local endpoints\" -m tcp --dport 80 -j DROP");
    }

    @Test
    void without_a_cluster_cidr_nothing_is_said_about_pods() {
        KubeProxy proxy = KubeProxy.on(netns, "n1", Options.DEFAULT.clusterCidr(""));

        proxy.sync(SERVICE, List.of(HERE));

        assertThat(rules(proxy)).doesNotContain("! -s 10.").doesNotContain("pod traffic for");
    }

    @Test
    void the_forward_policy_is_as_asked_for() {
        KubeProxy proxy = KubeProxy.on(netns, "n1", Options.DEFAULT.forwardDrop(true));

        proxy.sync(SERVICE, List.of(HERE));

        assertThat(proxy.save()).contains(":FORWARD DROP");
    }

    private static String rules(KubeProxy proxy) {
        return proxy.save()
                .lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith(":"))
                .reduce("", (a, b) -> a + b + "\n");
    }
}
