package dev.routefix.lab.cri;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Lines as containerd 1.6 writes them. */
class NetworkTimeTest {
    private static final String BEGUN = """
            time="2026-01-02T03:04:05.000000001Z" level=debug msg="begin cni setup" podsandboxid=a1
            time="2026-01-02T03:04:05.500000001Z" level=debug msg="begin cni setup" podsandboxid=a2
            """;
    private static final String ENDED = BEGUN + """
            time="2026-01-02T03:04:06.500000001Z" level=debug msg="cni result: {\\"Interfaces\\":{}}" podsandboxid=a2
            """;

    @Test
    void is_from_the_first_call_for_a_sandbox_to_the_last_answer() {
        assertThat(NetworkTime.of(ENDED, "a2")).contains(Duration.ofSeconds(1));
    }

    @Test
    void is_not_known_before_the_plugins_have_answered() {
        assertThat(NetworkTime.of(ENDED, "a1")).isEmpty();
        assertThat(NetworkTime.of(ENDED, "a")).isEmpty();
    }
}
