package dev.routefix.lab.cni;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;

class ConflistTest {
    @Test
    void is_read_as_it_is_written() {
        Conflist conflist = Conflist.of("1.0.0", "lan")
                .thenMacvlan(JsonNodeFactory.instance.objectNode().put("type", "dhcp"))
                .then("{\"type\":\"route-fix\"}");

        assertThat(Conflist.parse(conflist.toString())).isEqualTo(conflist);
        assertThat(conflist.plugins()).extracting(p -> p.path("type").asText()).containsExactly("macvlan", "route-fix");
    }

    @Test
    void compares_versions_by_number() {
        assertThat(Conflist.of("0.3.1", "").isAtLeast(0, 4)).isFalse();
        assertThat(Conflist.of("0.4.0", "").isAtLeast(0, 4)).isTrue();
        assertThat(Conflist.of("1.0.0", "").isAtLeast(0, 4)).isTrue();
        assertThat(Conflist.of("1.0.0", "").isAtLeast(1, 1)).isFalse();
    }
}
