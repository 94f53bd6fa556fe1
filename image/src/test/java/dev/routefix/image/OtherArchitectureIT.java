package dev.routefix.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The image for arm64, where one was built beside this machine's, by an emulator of single programs. */
final class OtherArchitectureIT {
    private static final Architecture ARM64 = Architecture.ARM64;
    private static final Workspace BUILT = BuiltImage.WORKSPACE.of(ARM64);
    private static final Pattern NEEDED = Pattern.compile("\\(NEEDED\\).*\\[(.*)]");

    @BeforeAll
    static void there_is_one() {
        assumeTrue(
                Files.exists(BuiltImage.WORKSPACE.index()),
                "no image for arm64: JDK_ARM64_HOME named no JDK when it was built");
    }

    @Test
    void the_index_leads_each_architecture_to_its_image() throws IOException {
        var index = JSON.std.mapFrom(Files.readString(BuiltImage.WORKSPACE.indexDocument()));
        var found = ((List<?>) requireNonNull(index.get("manifests")))
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .map(each -> ((Map<?, ?>) requireNonNull(each.get("platform"))).get("architecture") + " "
                                + each.get("digest"))
                        .toList();

        assertThat(found)
                .containsExactly(
                        "amd64 " + BuiltImage.digest(),
                        "arm64 " + Files.readString(BUILT.digest()).strip());
        assertThat(index.get("annotations")).asString().contains("org.opencontainers.image.licenses=Apache-2.0");
        try (var archive = new OciArchive(BuiltImage.WORKSPACE.index())) {
            assertThat(archive.layers()).containsOnlyKeys("amd64", "arm64");
        }
    }

    @Test
    void every_program_and_library_is_for_arm64_and_has_what_it_needs() throws IOException {
        List<Path> files = files();
        List<String> names =
                files.stream().map(file -> file.getFileName().toString()).toList();
        var elves = new ArrayList<Path>();
        for (Path file : files) {
            if (isElf(file)) {
                elves.add(file);
                assertThat(ProgramRun.of("readelf", "-h", file).succeed())
                        .as("%s", file)
                        .contains("AArch64");
                assertThat(NEEDED.matcher(ProgramRun.of("readelf", "-d", file)
                                        .run()
                                        .stdout())
                                .results()
                                .map(match -> match.group(1)))
                        .as("libraries that %s needs", file)
                        .isSubsetOf(names);
            }
        }
        assertThat(elves).hasSizeGreaterThan(20);
    }

    @Test
    void java_answers_a_runtimes_call() {
        var home = new JavaHome(BUILT.runtime());
        String answer = ProgramRun.of(
                        ARM64.emulator(), home.java(), "@" + home.path().resolve("plugin.args"))
                .with(Map.of("CNI_COMMAND", "VERSION"))
                .succeed();

        assertThat(answer).startsWith("{\"cniVersion\":").endsWith("\"1.1.0\"]}\n");
    }

    @Test
    void the_installer_starts_with_the_flags_that_it_has_there() {
        var home = new JavaHome(BUILT.runtime());
        var help = ProgramRun.of(
                        ARM64.emulator(), home.java(), "@" + home.path().resolve("installer.args"), "help")
                .run();

        assertThat(help.stdout() + help.stderr())
                .contains("put everything on this node")
                .doesNotContain("Could not create the Java");
    }

    @Test
    void java_takes_its_classes_from_the_cache_that_was_made_for_it() {
        var home = new JavaHome(BUILT.runtime());
        assertThat(ProgramRun.of(
                                ARM64.emulator(),
                                home.java(),
                                "-XX:AOTMode=on",
                                "-XX:AOTCache=" + home.path().resolve("lib/plugin.aot"),
                                "@" + home.path().resolve("plugin.args"))
                        .with(Map.of("CNI_COMMAND", "VERSION"))
                        .succeed())
                .contains("supportedVersions");
    }

    /** The legacy one: qemu does not know the sockets of the other. */
    @Test
    void iptables_starts() {
        String version = ProgramRun.of(
                        ARM64.emulator(),
                        BUILT.runtime().resolve("bin/ld.so"),
                        "--library-path",
                        BUILT.runtime().resolve("glibc"),
                        BUILT.runtime().resolve("sbin/xtables-legacy-multi"),
                        "iptables",
                        "--version")
                .succeed();

        assertThat(version).contains("(legacy)");
    }

    @Test
    void the_client_says_that_nobody_listens() {
        var outcome = ProgramRun.of(ARM64.emulator(), BUILT.runtime().resolve("bin/ctl"), "ready")
                .run();

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.stdout()).contains("nobody listens on ");
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(BUILT.root())) {
            return files.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }

    private static boolean isElf(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return false;
        }
        try (var content = Files.newInputStream(file)) {
            return new String(content.readNBytes(4), StandardCharsets.ISO_8859_1).equals("\u007fELF");
        }
    }
}
