package dev.routefix.lab.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChainNameTest {
    @Test
    void is_the_one_every_cluster_shows_for_its_api_server() {
        LoadBalancer kubernetes = new LoadBalancer("default/kubernetes:https", "10.96.0.1", "", 443, 0);

        assertThat(ChainName.of("KUBE-SVC-", kubernetes)).isEqualTo("KUBE-SVC-NPX46M4PTMTKRN6Y");
    }

    @Test
    void is_another_one_for_every_endpoint() {
        LoadBalancer service = LoadBalancer.at("192.168.2.240");

        assertThat(ChainName.of(service, new Endpoint("192.168.2.60", 8080, "n1")))
                .matches("KUBE-SEP-[A-Z2-7]{16}")
                .isNotEqualTo(ChainName.of(service, new Endpoint("192.168.2.61", 8080, "n1")));
    }
}
