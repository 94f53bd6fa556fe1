package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime after the installer's work: copied out of the image to a place of the host's choosing. Needs root. */
final class RuntimeIT {
    private static final Map<String, String> VERSION = Map.of("CNI_COMMAND", "VERSION");
    private static final Map<String, String> STATUS = Map.of("CNI_COMMAND", "STATUS");
    private static final String CONFIGURATION = """
            {"cniVersion": "1.1.0", "name": "n", "type": "route-fix", "hostInterface": "none0", "gateway": "169.254.1.1"}
            """;
    private static final String ANSWER =
            "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n";

    private static Path original;

    @TempDir
    private Path host;

    private JavaHome home;

    @BeforeAll
    static void unpack() throws IOException {
        assertThat(System.getProperty("user.name")).as("these tests need root").isEqualTo("root");
        original = BuiltImage.unpackedFor(RuntimeIT.class).home().path();
    }

    @BeforeEach
    void copy_to_another_path_with_other_file_times() throws IOException {
        Path path =
                Files.createDirectories(host.resolve("opt/cni/bin/.route-fix")).resolve("some-build");
        ProgramRun.of("cp", "-R", original, path).succeed();
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2031-05-06T07:08:09Z")));
            }
        }
        home = new JavaHome(path);
    }

    @Test
    void answers_where_there_is_nothing_else_no_c_library_and_no_proc() {
        var inside = new JavaHome(Path.of("/opt/cni/bin/.route-fix/some-build"));
        String answer = ProgramRun.of("chroot", host, inside.java(), plugin(inside.path(), "-XX:AOTMode=on"))
                .with(VERSION)
                .succeed();
        assertThat(answer).isEqualTo(ANSWER);
    }

    @Test
    void still_takes_every_class_of_ours_from_the_aot_cache() throws IOException {
        Path log = host.resolve("classes");
        // The argument file turns the VM's log off; _JAVA_OPTIONS come after it.
        ProgramRun.of(home.java(), plugin(home.path(), "-XX:AOTMode=on"))
                .with(STATUS)
                .with(Map.of("_JAVA_OPTIONS", "-Xlog:class+load:file=" + log))
                .given(CONFIGURATION)
                .run();
        List<String> ours = Files.readAllLines(log).stream()
                .filter(line -> line.contains(" dev.routefix.") && line.contains(" source: "))
                .toList();
        assertThat(ours).anyMatch(line -> line.contains("dev.routefix.netlink.namespace.Namespace "));
        assertThat(ours).allMatch(line -> line.contains("source: shared objects file"));
    }

    /** Java works for 10 ms of each call to make that class ready, see JacksonModule. */
    @Test
    void reads_a_configuration_without_BigDecimal() throws IOException {
        Path log = host.resolve("classes");
        ProgramRun.of(home.java(), plugin(home.path()))
                .with(STATUS)
                .with(Map.of("_JAVA_OPTIONS", "-Xlog:class+init:file=" + log))
                .given(CONFIGURATION)
                .run();
        assertThat(Files.readString(log))
                .contains("'dev/routefix/cni/NetConf'")
                .doesNotContain("'java/math/BigDecimal'");
    }

    @Test
    void works_without_the_aot_cache_only_slower() throws IOException {
        Files.delete(home.path().resolve("lib/plugin.aot"));
        assertThat(ProgramRun.of(home.java(), plugin(home.path()))
                        .with(VERSION)
                        .run()
                        .stdout())
                .isEqualTo(ANSWER);
    }

    @Test
    void prints_nothing_but_the_answer_on_stdout_whatever_the_vm_has_to_say() {
        var outcome = ProgramRun.of(home.java(), plugin(home.path(), "-Xlog:all=warning"))
                .with(VERSION)
                .with(Map.of(
                        "JAVA_TOOL_OPTIONS", "-XX:+PrintFlagsRanges -Xmx48m", "JDK_JAVA_OPTIONS", "-XX:+UseSerialGC"))
                .run();
        assertThat(outcome.stderr()).contains("Picked up JAVA_TOOL_OPTIONS");
        assertThat(outcome.stdout()).isEqualTo(ANSWER);
    }

    @Test
    void loads_jna_from_its_own_library_directory_and_unpacks_nothing() throws IOException {
        Path temporary = Files.createDirectories(host.resolve("tmp"));
        var call = ProgramRun.of(
                        home.java(), plugin(home.path(), "-Djna.debug_load=true", "-Djava.io.tmpdir=" + temporary))
                .with(STATUS)
                .given(CONFIGURATION);
        assertThat(call.run().stdout()).contains("none0").doesNotContain("UnsatisfiedLinkError");
        try (Stream<Path> files = Files.list(temporary)) {
            assertThat(files).isEmpty();
        }
    }

    private static List<String> plugin(Path path, String... options) {
        var words = new ArrayList<>(List.of(options));
        words.add("-XX:AOTCache=" + path + "/lib/plugin.aot");
        words.add("@" + path + "/plugin.args");
        return words;
    }
}
