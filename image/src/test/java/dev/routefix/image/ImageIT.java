package dev.routefix.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is in the built image, and that it runs with nothing but itself. Needs root. */
final class ImageIT {
    private static final Pattern NEEDED = Pattern.compile("\\(NEEDED\\).*\\[(.*)]");
    private static final String NAMESPACE =
            "route-fix-image-" + ProcessHandle.current().pid();

    private static BuiltImage image;

    @BeforeAll
    static void unpack() throws IOException {
        assertThat(System.getProperty("user.name")).as("these tests need root").isEqualTo("root");
        image = BuiltImage.unpackedFor(ImageIT.class);
        ProgramRun.of("ip", "netns", "add", NAMESPACE).succeed();
    }

    @AfterAll
    static void removeNamespace() {
        ProgramRun.of("ip", "netns", "delete", NAMESPACE).run();
    }

    @Test
    void has_no_shell_and_no_package_manager() throws IOException {
        assertThat(image.paths().stream().map(path -> path.substring(path.lastIndexOf('/') + 1)))
                .doesNotContain(
                        "sh", "bash", "dash", "ash", "busybox", "apt", "apt-get", "dpkg", "apk", "perl", "python3");
    }

    @Test
    void executes_only_what_the_appliance_starts() throws IOException {
        var programs = new ArrayList<String>();
        for (String path : image.paths()) {
            Path file = image.root().resolve(path.substring(1));
            if (Files.isRegularFile(file)
                    && !Files.isSymbolicLink(file)
                    && Files.isExecutable(file)
                    && !path.contains(".so")) {
                programs.add(path);
            }
        }
        assertThat(programs)
                .containsExactlyInAnyOrder(
                        "/opt/route-fix/bin/ctl",
                        "/opt/route-fix/bin/java",
                        "/opt/route-fix/bin/on-host",
                        "/opt/route-fix/lib/jspawnhelper",
                        "/opt/route-fix/sbin/xtables-legacy-multi",
                        "/opt/route-fix/sbin/xtables-nft-multi");
    }

    @Test
    void has_no_machine_code_but_the_JVMs_and_JNAs_Debians_C_library_and_iptables_and_our_relays() throws IOException {
        var ours = Set.of("bin/ctl", "bin/on-host");
        var jvm = Path.of(System.getProperty("java.home"));
        for (String path : image.paths()) {
            Path file = image.root().resolve(path.substring(1));
            if (!Files.isSymbolicLink(file) && isElf(file)) {
                String inHome = path.substring(path.lastIndexOf("/" + Layer.HOME + "/") + Layer.HOME.length() + 2);
                boolean known = ours.contains(inHome)
                        || inHome.equals("lib/libjnidispatch.so")
                        || Files.exists(jvm.resolve(inHome))
                        || isDebians(file);
                assertThat(known).as(path).isTrue();
            }
        }
        try (Stream<Path> packages = Files.list(BuiltImage.WORKSPACE.unpacked())) {
            assertThat(packages.map(each -> each.getFileName().toString()))
                    .as("iptables, libc6 and the libraries that iptables needs")
                    .allMatch(name -> name.equals("iptables") || name.startsWith("lib"));
        }
    }

    private static boolean isDebians(Path file) throws IOException {
        try (Stream<Path> files = Files.walk(BuiltImage.WORKSPACE.unpacked())) {
            return files.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                    .anyMatch(each -> isSame(each, file));
        }
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.size(one) == Files.size(other) && Files.mismatch(one, other) < 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void links_java_without_its_desktop() {
        assertThat(image.inside("/opt/route-fix/bin/java", "--list-modules").succeed())
                .contains(
                        "dev.routefix.plugin",
                        "dev.routefix.relay",
                        "dev.routefix.installer",
                        "com.sun.jna@",
                        "java.base@25",
                        "jdk.net@")
                .doesNotContain("java.desktop", "jdk.unsupported", "jdk.internal");
    }

    @Test
    void holds_every_library_that_its_programs_and_libraries_need() throws IOException {
        List<String> names = image.paths().stream()
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .toList();
        for (String path : image.paths()) {
            Path file = image.root().resolve(path.substring(1));
            if (!Files.isSymbolicLink(file) && isElf(file)) {
                String dynamic = ProgramRun.of("readelf", "-d", file).succeed();
                assertThat(NEEDED.matcher(dynamic).results().map(match -> match.group(1)))
                        .as("libraries that %s needs", path)
                        .isSubsetOf(names);
            }
        }
    }

    @Test
    void has_no_link_that_leads_nowhere() throws IOException {
        for (String path : image.paths()) {
            Path file = image.root().resolve(path.substring(1));
            while (Files.isSymbolicLink(file)) {
                file = inImage(file.resolveSibling(Files.readSymbolicLink(file)));
            }
            assertThat(file).as("where %s leads", path).exists();
        }
    }

    private Path inImage(Path target) {
        return target.startsWith(image.root())
                ? target
                : image.root().resolve(target.toString().substring(1));
    }

    @Test
    void starts_the_installer_as_root_with_the_command_run() throws IOException {
        var config = (Map<?, ?>) requireNonNull(image.config().get("config"));
        assertThat(config.get("Entrypoint"))
                .isEqualTo(List.of(
                        "/opt/route-fix/bin/java",
                        "-XX:AOTCache=/opt/route-fix/lib/installer.aot",
                        "@/opt/route-fix/installer.args"));
        assertThat(config.get("Cmd")).isEqualTo(List.of("run"));
        assertThat(config.get("User")).isNull();
    }

    @Test
    void is_labelled_with_what_it_is() throws IOException {
        var config = (Map<?, ?>) requireNonNull(image.config().get("config"));
        var labels = (Map<?, ?>) requireNonNull(config.get("Labels"));
        String build = Files.readString(image.home().path().resolve("build")).strip();
        assertThat(labels.get("org.opencontainers.image.version")).isEqualTo(build);
        assertThat(labels.get("org.opencontainers.image.licenses")).isEqualTo("Apache-2.0");
        assertThat(labels.get("org.opencontainers.image.title")).isEqualTo("route-fix");
    }

    @Test
    void fits_in_32_megabytes() throws IOException {
        assertThat(Files.size(BuiltImage.WORKSPACE.image())).isLessThanOrEqualTo(32_000_000);
    }

    @Test
    void runs_iptables_in_nft_and_in_legacy_mode() {
        for (String variant : List.of("iptables-nft", "iptables-legacy")) {
            iptables(variant, "-w", "5", "-I", "FORWARD", "1", "-i", "mac0", "-j", "ACCEPT");
            iptables(
                    variant,
                    "-w",
                    "5",
                    "-t",
                    "nat",
                    "-A",
                    "POSTROUTING",
                    "-o",
                    "eth0",
                    "-m",
                    "conntrack",
                    "--ctstate",
                    "DNAT",
                    "-j",
                    "MASQUERADE");
            assertThat(iptables(variant + "-save"))
                    .as(variant)
                    .contains("-A FORWARD -i mac0 -j ACCEPT")
                    .contains("-A POSTROUTING -o eth0 -m conntrack --ctstate DNAT -j MASQUERADE");
        }
    }

    @Test
    void answers_from_a_root_that_is_mounted_read_only() {
        String answer = ProgramRun.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-ec",
                        "mount --bind \"$0\" \"$0\"; mount -o remount,bind,ro \"$0\"; mount -t proc proc \"$0/proc\"; exec chroot \"$0\" \"$@\"",
                        image.root(),
                        "/opt/route-fix/bin/java",
                        "-XX:AOTMode=on",
                        "-XX:AOTCache=/opt/route-fix/lib/plugin.aot",
                        "@/opt/route-fix/plugin.args")
                .with(Map.of("CNI_COMMAND", "VERSION"))
                .succeed();
        assertThat(answer).startsWith("{").contains("\"1.0.0\"", "\"1.1.0\"");
    }

    private static String iptables(String... words) {
        var inside = image.inside("/usr/sbin/" + words[0], List.of(words).subList(1, words.length));
        return ProgramRun.of("ip", "netns", "exec", NAMESPACE, inside.arguments())
                .succeed();
    }

    private static boolean isElf(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (var content = Files.newInputStream(file)) {
            return Arrays.equals(content.readNBytes(4), new byte[] {0x7f, 'E', 'L', 'F'});
        }
    }
}
