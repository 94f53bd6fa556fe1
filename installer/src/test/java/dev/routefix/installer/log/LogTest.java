package dev.routefix.installer.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.LogFormat;
import dev.routefix.installer.config.LogLevel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LogTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Test
    void one_line_per_event_with_time_and_level() {
        log(LogLevel.DEBUG).error("two\nlines");

        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("2026-01-02T03:04:05.678Z error two lines\n");
    }

    @Test
    void tells_no_more_than_the_level_asks_for() {
        var log = log(LogLevel.WARN);
        log.error("a");
        log.warn("b");
        log.info("c");
        log.debug("d");

        assertThat(written.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
    }

    @Test
    void for_programs_a_line_is_an_object_and_what_is_remembered_is_for_people() {
        var log = log(LogLevel.INFO, LogFormat.JSON);
        log.warn("a \"b\"\nc");

        assertThat(written.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"warn\",\"message\":\"a \\\"b\\\"\\nc\"}\n");
        assertThat(log.tail()).isEqualTo("2026-01-02T03:04:05.678Z warn a \"b\" c\n");
    }

    private Log log(LogLevel level) {
        return log(level, LogFormat.TEXT);
    }

    private Log log(LogLevel level, LogFormat format) {
        return new Log(
                new PrintStream(written, true, StandardCharsets.UTF_8),
                level,
                format,
                Clock.fixed(Instant.parse("2026-01-02T03:04:05.678999Z"), ZoneOffset.UTC));
    }
}
