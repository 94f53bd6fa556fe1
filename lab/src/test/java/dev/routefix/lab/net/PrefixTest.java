package dev.routefix.lab.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PrefixTest {
    @Test
    void numbers_its_addresses_from_the_network_address() {
        Prefix prefix = Prefix.parse("192.168.2.77/24");

        assertThat(prefix).hasToString("192.168.2.0/24");
        assertThat(prefix.host(50)).isEqualTo("192.168.2.50");
        assertThat(prefix.broadcast()).isEqualTo("192.168.2.255");
        assertThat(prefix.netmask()).isEqualTo("255.255.255.0");
    }

    @Test
    void knows_what_lies_inside_at_any_length() {
        Prefix wide = Prefix.parse("172.16.0.0/12");

        assertThat(wide.host(0x1234)).isEqualTo("172.16.18.52");
        assertThat(wide.contains("172.31.255.255")).isTrue();
        assertThat(wide.contains("172.32.0.0")).isFalse();
        assertThat(Prefix.parse("0.0.0.0/0").contains("255.1.2.3")).isTrue();
    }

    @Test
    void refuses_what_is_not_a_prefix() {
        assertThatThrownBy(() -> Prefix.parse("192.168.2.1")).hasMessageContaining("192.168.2.1");
    }
}
