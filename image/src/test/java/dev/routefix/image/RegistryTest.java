package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:5000",
                "127.0.0.1:5000",
                "192.168.2.1:5000",
                "10.1.2.3",
                "[fe80::1]:5000",
                "[::1]:5000"
            })
    void takes_plain_http_from_this_machine_and_from_private_addresses(String host) {
        assertThat(Registry.of(host).mayBeInsecure()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry.example:5000", "198.51.100.7:5000", "localhost.example", "[2001:db8::1]:5000"})
    void demands_tls_from_everybody_else(String host) {
        assertThat(Registry.of(host).mayBeInsecure()).isFalse();
    }
}
