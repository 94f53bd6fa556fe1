package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.cni.SpecVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What containerd 1.x asks before any network: {@code lo}. */
class LoopbackIT extends EmptyPod {

    private void loopback() {
        conf.removeAll();
        conf.put("cniVersion", "1.1.0").put("name", "cni-loopback").put("type", "loopback");
        env.put("CNI_IFNAME", "lo");
    }

    @ParameterizedTest
    @EnumSource(SpecVersion.class)
    void brings_lo_up_and_says_so(SpecVersion version) {
        loopback();
        conf.put("cniVersion", version.text);
        var result = add();
        assertThat(ip(inside, "-o link show up")).singleElement().asString().contains(" lo:");
        assertThat(result.at("/interfaces/0/name").asText()).isEqualTo("lo");
        assertThat(result.at("/interfaces/0/sandbox").asText())
                .isEqualTo(inside.path().toString());
        assertThat(result.path("ips"))
                .extracting(each -> each.path("address").asText())
                .contains("127.0.0.1/8");
        assertThat(result.path("ips"))
                .extracting(each -> each.path("version").asText())
                .first()
                .isEqualTo(version.compareTo(SpecVersion.V1_0_0) < 0 ? "4" : "");
        succeeds("DEL");
        node_is_clean();
    }

    @Test
    void CHECK_finds_it_down() {
        loopback();
        add();
        succeeds("CHECK");
        inside.ip("link set lo down\n");
        fails("CHECK", 101).contains("lo is down");
    }

    @Test
    void hands_the_result_of_others_on() {
        loopback();
        JsonNode before = parse("{\"cniVersion\":\"1.1.0\",\"ips\":[],\"other\":7}");
        conf.set("prevResult", before);
        assertThat(add()).isEqualTo(before);
    }
}
