package dev.routefix.installer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.IpAddress;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** kube-proxy's rules of a Service with a load balancer, as iptables lists them, followed by whom they are for. */
class ServiceTranslationTest {

    private static final ChainListing RULES = ChainListing.parse(Rule.Chain.POSTROUTING, """
                    -A KUBE-SERVICES -d 10.43.0.80/32 -p tcp -m comment --comment "shop/web cluster IP" -m tcp --dport 80 -j KUBE-SVC-WEB
                    -A KUBE-SERVICES -d 192.168.2.240/32 -p tcp -m comment --comment "not -d 1.2.3.4/32" -m tcp --dport 80 -j KUBE-EXT-WEB
                    -A KUBE-SERVICES -d 192.168.2.240/32 -p udp -m udp --dport 80 -j KUBE-EXT-OTHER
                    -A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
                    -A KUBE-NODEPORTS -p tcp -m tcp --dport 30080 -j KUBE-EXT-WEB
                    -A KUBE-EXT-WEB -s 10.42.0.0/16 -j KUBE-SVC-WEB
                    -A KUBE-EXT-WEB -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
                    -A KUBE-EXT-WEB -m addrtype --src-type LOCAL -j KUBE-SVC-WEB
                    -A KUBE-EXT-WEB -j KUBE-SVL-WEB
                    -A KUBE-SVC-WEB ! -s 10.42.0.0/16 -d 10.43.0.80/32 -p tcp -m tcp --dport 80 -j KUBE-MARK-MASQ
                    -A KUBE-SVC-WEB -m statistic --mode random --probability 0.5 -j KUBE-SEP-A
                    -A KUBE-SVC-WEB -j KUBE-SEP-B
                    -A KUBE-SVL-WEB -j KUBE-SEP-A
                    -A KUBE-SEP-A -s 192.168.2.76/32 -j KUBE-MARK-MASQ
                    -A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 192.168.2.76:8080
                    -A KUBE-SEP-B -p tcp -m tcp -j DNAT --to-destination 192.168.2.77:8080
                    -A KUBE-EXT-OTHER -j KUBE-SEP-B
                    """);

    @Test
    void a_load_balancers_client_comes_to_an_endpoint_of_this_node_and_keeps_its_address() {
        var way = to("192.168.2.50", false, "192.168.2.240", false, 80);

        assertThat(way.chains()).containsExactly("KUBE-EXT-WEB", "KUBE-SVL-WEB", "KUBE-SEP-A");
        assertThat(way.endpoints()).containsExactly("192.168.2.76:8080");
        assertThat(way.masqueraded()).isFalse();
    }

    @Test
    void a_pod_and_the_node_itself_come_to_any_endpoint() {
        assertThat(to("10.42.0.7", false, "192.168.2.240", false, 80).endpoints())
                .containsExactly("192.168.2.76:8080", "192.168.2.77:8080");
        var node = to("192.168.2.21", true, "192.168.2.240", false, 80);
        assertThat(node.endpoints()).containsExactly("192.168.2.76:8080", "192.168.2.77:8080");
        assertThat(node.masqueraded()).isTrue();
    }

    @Test
    void whom_kube_proxy_takes_for_a_stranger_is_masqueraded_at_a_ClusterIP_and_an_endpoint_that_calls_itself_too() {
        assertThat(to("10.42.0.7", false, "10.43.0.80", false, 80).masqueraded())
                .isFalse();
        assertThat(to("192.168.2.78", false, "10.43.0.80", false, 80).masqueraded())
                .isTrue();
        assertThat(to("192.168.2.76", false, "192.168.2.240", false, 80).masqueraded())
                .isTrue();
    }

    @Test
    void a_port_of_the_node_is_one_of_the_node_only() {
        assertThat(to("192.168.2.50", false, "192.168.2.21", true, 30080).endpoints())
                .containsExactly("192.168.2.76:8080");
        assertThat(to("192.168.2.50", false, "192.168.2.99", false, 30080).isAny())
                .isFalse();
        assertThat(to("192.168.2.50", false, "192.168.2.240", false, 81).isAny())
                .isFalse();
    }

    @Test
    void what_is_refused_is_told_by_the_rule_for_that_address_and_port() {
        var rules = Objects.requireNonNull(
                ChainListing.parse(Rule.Chain.FORWARD, """
                        -A KUBE-EXTERNAL-SERVICES -d 192.168.2.240/32 -p tcp -m comment --comment "web has no endpoints" -m tcp --dport 80 -j REJECT
                        """).further().get("KUBE-EXTERNAL-SERVICES"));

        assertThat(ServiceTranslation.refusal(sent("192.168.2.50", false, "192.168.2.240", false, 80), rules))
                .extracting(Rule::comment)
                .isEqualTo("web has no endpoints");
        assertThat(ServiceTranslation.refusal(sent("192.168.2.50", false, "192.168.2.240", false, 81), rules))
                .isNull();
    }

    private static ServiceTranslation to(String source, boolean byNode, String destination, boolean toNode, int port) {
        return ServiceTranslation.of(
                sent(source, byNode, destination, toNode, port),
                "KUBE-SERVICES",
                chain -> RULES.further().getOrDefault(chain, List.of()));
    }

    private static ServiceTranslation.Sent sent(
            String source, boolean byNode, String destination, boolean toNode, int port) {
        return new ServiceTranslation.Sent(
                IpAddress.parse(source), byNode, "eth0", IpAddress.parse(destination), toNode, port);
    }
}
