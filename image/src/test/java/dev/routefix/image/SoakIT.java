package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.console.Ink;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.soak.Options;
import dev.routefix.lab.soak.Soak;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The short form of {@code make soak}. Needs root. */
final class SoakIT {
    /** A whole core, so that half a minute is enough for some hundred pods. */
    private static final Options SHORT = new Options(
            Path.of("../manifests/route-fix.yaml"), BuiltImage.WORKSPACE.image(), Duration.ofSeconds(25), 40, 1, 1000);

    @Test
    void forty_pods_at_once_come_and_go_and_leave_nothing() throws IOException {
        var report = Soak.run(SHORT.changedByProperties(), new Progress(System.out, new Ink(false)));

        assertThat(report.problems()).isEmpty();
    }
}
