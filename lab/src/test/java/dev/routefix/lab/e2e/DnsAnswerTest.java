package dev.routefix.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.routefix.lab.e2e.DnsZone.Data;
import dev.routefix.lab.e2e.Services.Endpoint;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DnsAnswerTest {
    private static final Endpoint ONE = new Endpoint("192.168.2.101", "192-168-2-101", "n1");
    private static final Endpoint NAMED = new Endpoint("192.168.2.102", "db-0", "n2");

    private final DnsZone zone = new DnsZone(new Services(
            Map.of(
                    "default/web",
                    service("{clusterIP: 10.43.0.80, ports: [{name: http, protocol: TCP, port: 80, targetPort:"
                            + " 8080}]}"),
                    "default/db",
                    service("{clusterIP: None, ports: [{name: sql, protocol: TCP, port: 5432, targetPort: 5432}]}"),
                    "default/away",
                    service("{type: ExternalName, externalName: web.default.svc.cluster.local}")),
            Map.of("default/web", List.of(ONE), "default/db", List.of(ONE, NAMED))));

    @Test
    void a_Services_name_is_its_cluster_address() {
        assertThat(zone.lookup("web.default.svc.cluster.local.")).hasValue(List.of(new Data.Address("10.43.0.80")));
        assertThat(zone.lookup("WEB.default.svc.cluster.local.")).isPresent();
    }

    @Test
    void a_headless_Services_name_is_the_address_of_each_pod_and_each_has_a_name_of_its_own() {
        assertThat(zone.lookup("db.default.svc.cluster.local."))
                .hasValue(List.of(new Data.Address("192.168.2.101"), new Data.Address("192.168.2.102")));
        assertThat(zone.lookup("db-0.db.default.svc.cluster.local."))
                .hasValue(List.of(new Data.Address("192.168.2.102")));
    }

    @Test
    void a_port_leads_to_the_Service_or_to_each_pod() {
        assertThat(zone.lookup("_http._tcp.web.default.svc.cluster.local."))
                .hasValue(List.of(new Data.Server(80, "web.default.svc.cluster.local.")));
        assertThat(zone.lookup("_sql._tcp.db.default.svc.cluster.local."))
                .hasValue(List.of(
                        new Data.Server(5432, "192-168-2-101.db.default.svc.cluster.local."),
                        new Data.Server(5432, "db-0.db.default.svc.cluster.local.")));
    }

    @Test
    void an_address_leads_back_to_the_Service_or_the_pod() {
        assertThat(zone.lookup("80.0.43.10.in-addr.arpa."))
                .hasValue(List.of(new Data.Pointer("web.default.svc.cluster.local.")));
        assertThat(zone.lookup("102.2.168.192.in-addr.arpa."))
                .hasValue(List.of(new Data.Pointer("db-0.db.default.svc.cluster.local.")));
    }

    @Test
    void a_pods_name_is_its_address() {
        assertThat(zone.lookup("192-168-2-101.default.pod.cluster.local."))
                .hasValue(List.of(new Data.Address("192.168.2.101")));
    }

    @Test
    void what_there_is_not_has_no_answer() {
        assertThat(List.of(
                        "shop.default.svc.cluster.local.",
                        "db-1.db.default.svc.cluster.local.",
                        "_http._udp.web.default.svc.cluster.local.",
                        "9.9.9.9.in-addr.arpa.",
                        "example.org."))
                .allSatisfy(name -> assertThat(zone.lookup(name)).isEmpty());
    }

    @Test
    void an_alias_is_answered_with_what_it_stands_for() {
        byte[] answer = DnsAnswer.to(query("away.default.svc.cluster.local.", 1), zone);

        assertThat(answer[7]).as("records").isEqualTo((byte) 2);
        assertThat(HexFormat.of().formatHex(answer)).endsWith("00010001000000050004" + "0a2b0050");
    }

    @Test
    void a_question_for_another_type_is_answered_with_nothing_and_for_no_name_with_an_error() {
        byte[] nothing = DnsAnswer.to(query("web.default.svc.cluster.local.", 28), zone);
        byte[] unknown = DnsAnswer.to(query("shop.default.svc.cluster.local.", 1), zone);

        assertThat(nothing[3] & 0xf).isZero();
        assertThat(nothing[7]).isZero();
        assertThat(unknown[3] & 0xf).isEqualTo(3);
    }

    /** Header of RFC 1035, section 4.1.1, with the number 0x1234, and one question. */
    private static byte[] query(String name, int type) {
        StringBuilder hex = new StringBuilder("123401000001000000000000");
        for (String label : name.split("\\.", 0)) {
            hex.append("%02x".formatted(label.length()));
            label.chars().forEach(c -> hex.append("%02x".formatted(c)));
        }
        return HexFormat.of().parseHex(hex + "00" + "%04x".formatted(type) + "0001");
    }

    private static JsonNode service(String spec) {
        try {
            return new YAMLMapper().readTree("spec: " + spec);
        } catch (IOException e) {
            throw new IllegalArgumentException(spec, e);
        }
    }
}
