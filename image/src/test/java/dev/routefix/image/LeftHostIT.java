package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that has no libc, no shell and no iptables, and from which the appliance was removed while a pod was attached. Needs root. */
final class LeftHostIT {
    private static final Duration BOUND = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    private BareHost host;

    @BeforeEach
    void install() throws IOException {
        assertThat(System.getProperty("user.name")).as("these tests need root").isEqualTo("root");
        host = new BareHost(BuiltImage.unpackedFor(LeftHostIT.class), directory);
        host.withDisk();
        host.start();
        host.awaitReady();
    }

    @AfterEach
    void end() {
        host.close();
    }

    @Test
    void the_last_pod_takes_everything_along_although_the_container_is_gone() throws IOException {
        call("ADD");
        assertThat(host.ctl("uninstall").succeed()).startsWith("retired: ");
        host.stop();
        assertThat(host.root().resolve("etc/cni/net.d/0-route-fix.conflist")).exists();

        call("DEL");
        // the sandbox goes when the whole chain is through
        ProgramRun.of("ip", "netns", "delete", Path.of(host.ground().podPath()).getFileName())
                .succeed();

        await("the conflist is gone", () -> isEmpty("etc/cni/net.d"));
        await("the plugins are gone", () -> isEmpty("opt/cni/bin"));
        await("no record is left", () -> !Files.exists(host.root().resolve("run/route-fix")));
        assertThat(host.ground().onNode("ip", "-br", "link").succeed()).doesNotContain("mac0");
        assertThat(host.ground().onNode("xtables-nft-multi", "iptables-save").succeed())
                .doesNotContain("route-fix");
    }

    private void call(String verb) {
        for (var call : TrainingCall.all(host.ground().podPath())) {
            if (call.verb().equals(verb)) {
                var outcome = host.call(call).run();
                assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
                assertThat(outcome.stderr()).isEmpty();
            }
        }
    }

    private boolean isEmpty(String place) {
        try (Stream<Path> files = Files.list(host.root().resolve(place))) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private void await(String what, BooleanSupplier condition) throws IOException {
        Instant end = Instant.now().plus(BOUND);
        while (!condition.getAsBoolean()) {
            Path log = host.root().resolve("run/route-fix/retirement.log");
            assertThat(Instant.now())
                    .as(what + ": " + (Files.exists(log) ? Files.readString(log) : "nothing was said"))
                    .isBefore(end);
            Thread.onSpinWait();
        }
    }
}
