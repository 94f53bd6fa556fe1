package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RelaySettingsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void refuses_a_socket_that_is_relative_too_long_for_a_socket_or_unprintable() {
        refuses(() -> client("route-fix.sock", MINUTE), "the socket must be an absolute path of at most 107 bytes");
        refuses(() -> client("/" + "é".repeat(54), MINUTE), "the socket must be");
        refuses(() -> client("/run/route\nfix", MINUTE), "the socket must be");
    }

    @Test
    void refuses_a_patience_that_is_none_too_long_or_not_in_whole_seconds() {
        refuses(() -> client("/s", Duration.ZERO), "the patience must be 1 to 65535 whole seconds");
        refuses(() -> client("/s", Duration.ofMillis(1500)), "the patience must be");
        refuses(() -> client("/s", Duration.ofDays(1)), "the patience must be");
    }

    @Test
    void refuses_a_fallback_that_cannot_be_executed_as_it_is() {
        refuses(() -> fallback("bin/java"), "the fallback must begin with an absolute path");
        refuses(() -> fallback("/bin/java", ""), "the fallback's words must not be empty");
        refuses(() -> fallback("/bin/java", "a\u0001b"), "the fallback's words must not");
        refuses(() -> fallback("/bin/java", "x".repeat(1 << 15)), "the fallback has more than 32768 bytes");
        refuses(() -> new RelaySettings("/s", MINUTE, "d", List.of("/x")), "the directory must be an absolute path");
    }

    private static RelaySettings client(String socket, Duration patience) {
        return RelaySettings.client(socket, patience);
    }

    private static RelaySettings fallback(String... words) {
        return new RelaySettings("/s", MINUTE, "/d", List.of(words));
    }

    private static void refuses(Runnable construction, String problem) {
        assertThatIllegalArgumentException().isThrownBy(construction::run).withMessageContaining(problem);
    }
}
