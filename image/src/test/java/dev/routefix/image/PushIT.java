package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image pushed to a real registry, in a network namespace with nothing but a loopback: without Maven, without the internet. Needs root. */
final class PushIT {
    private static final String NAMESPACE =
            "route-fix-push-" + ProcessHandle.current().pid();
    private static final String REGISTRY = "127.0.0.1:5000";

    @TempDir
    private Path directory;

    private Process registry;

    @BeforeEach
    void start_a_registry() throws IOException, InterruptedException {
        ProgramRun.of("ip", "netns", "add", NAMESPACE).succeed();
        ProgramRun.of("ip", "-n", NAMESPACE, "link", "set", "lo", "up").succeed();
        Path configuration = directory.resolve("registry.yml");
        Files.writeString(configuration, """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s"}
                """.formatted(directory.resolve("data"), REGISTRY));
        registry = new ProcessBuilder(
                        "ip", "netns", "exec", NAMESPACE, "docker-registry", "serve", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Instant end = Instant.now().plus(Duration.ofSeconds(20));
        while (inNamespace("curl", "-s", "http://" + REGISTRY + "/v2/").run().exitCode() != 0) {
            assertThat(Instant.now())
                    .as("the registry starts: %s", directory.resolve("log"))
                    .isBefore(end);
            Thread.sleep(50);
        }
    }

    @AfterEach
    void stop_it() throws InterruptedException {
        registry.destroy();
        registry.waitFor();
        ProgramRun.of("ip", "netns", "delete", NAMESPACE).run();
    }

    @Test
    void pushes_the_very_image_that_was_written() throws IOException {
        assertThat(push(REGISTRY + "/route-fix:test").succeed()).contains("pushed " + REGISTRY + "/route-fix:test ");
        String head = inNamespace(
                        "curl",
                        "-sI",
                        "-H",
                        "Accept: application/vnd.oci.image.manifest.v1+json",
                        "http://" + REGISTRY + "/v2/route-fix/manifests/test" + suffix())
                .succeed();
        assertThat(head).contains("200 OK", "Docker-Content-Digest: " + BuiltImage.digest());
    }

    @Test
    void pushes_the_index_of_several_architectures_under_the_tag_itself() throws IOException {
        assumeTrue(Files.exists(BuiltImage.WORKSPACE.index()), "there is an image for this machine only");
        push(REGISTRY + "/route-fix:test").succeed();
        String index = inNamespace(
                        "curl",
                        "-s",
                        "-H",
                        "Accept: application/vnd.oci.image.index.v1+json",
                        "http://" + REGISTRY + "/v2/route-fix/manifests/test")
                .succeed();
        assertThat(index).isEqualTo(Files.readString(BuiltImage.WORKSPACE.indexDocument()));
    }

    /** Behind the tag of this machine's image where there are several. */
    private static String suffix() {
        return Files.exists(BuiltImage.WORKSPACE.index())
                ? "-" + Architecture.ofThisMachine().oci()
                : "";
    }

    @Test
    void says_in_one_line_what_is_wrong_with_a_name_or_a_registry() {
        assertThat(push("Not A Name").run()).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.stderr())
                    .contains("Not A Name", "localhost:5000/route-fix:0.1.0")
                    .hasLineCount(1);
        });
        assertThat(push("127.0.0.1:5001/route-fix:test").run()).satisfies(outcome -> {
            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.stderr()).contains("127.0.0.1:5001").hasLineCount(1);
        });
    }

    private static ProgramRun push(String image) {
        return inNamespace(
                System.getProperty("java.home") + "/bin/java", "@" + BuiltImage.WORKSPACE.pushArguments(), image);
    }

    private static ProgramRun inNamespace(String... words) {
        return ProgramRun.of("ip", "netns", "exec", NAMESPACE, List.of(words));
    }
}
