package dev.routefix.installer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {

    private static final List<String> KNOWN = List.of("ready", "live", "status", "doctor", "uninstall");

    @Test
    void a_letter_too_many_too_few_or_another_is_overlooked() {
        assertThat(Nearest.to("doctr", KNOWN)).isEqualTo("doctor");
        assertThat(Nearest.to("statuss", KNOWN)).isEqualTo("status");
        assertThat(Nearest.to("reidy", KNOWN)).isEqualTo("ready");
        assertThat(Nearest.to("unintsall", KNOWN)).isEqualTo("uninstall");
    }

    @Test
    void something_else_is_not_taken_for_any() {
        assertThat(Nearest.to("dance", KNOWN)).isNull();
        assertThat(Nearest.to("", KNOWN)).isNull();
    }
}
