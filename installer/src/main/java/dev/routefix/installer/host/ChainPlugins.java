package dev.routefix.installer.host;

import dev.routefix.cni.Json;
import dev.routefix.delegate.HostPrograms;
import dev.routefix.installer.config.ChainKind;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.plan.Finding;
import dev.routefix.process.Subprocess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The plugins that the conflist has the runtime execute, asked for the versions they speak as the runtime would ask (CNI specification 1.1.0, section 4,
 * {@code VERSION}): before the conflist invites pods, and again when a file has changed. One that has answered well is not asked again.
 */
final class ChainPlugins {

    /** A program in Go on a slow machine, held to a tenth of a core, takes a second or two. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What changes whenever a file does; the kernel alone sets the last. */
    private static final String STAMP = "unix:fileKey,size,lastModifiedTime,ctime";

    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    /** How the kernel says that a program or its interpreter is not there: {@code ENOENT}. */
    private static final String ABSENT = "No such file or directory";

    private static final String ANOTHER = "put a plugin there that works, such as the CNI project's";

    /** What is wrong with one, to follow its name, and what to do. */
    private record Fault(String what, String cure) {}

    /** What is known of a plugin's file. */
    private record Answered(Map<String, Object> stamp, String version) {}

    private final Path hostRoot;
    private final UnaryOperator<Path> here;
    private final HostPrograms programs;
    private final Map<Path, Answered> answered = new HashMap<>();

    /**
     * Those of a host.
     *
     * @param hostRoot where the host's own programs are that a plugin written as a script needs
     * @param reach gives where a file of the host is from here
     * @param programs by which our own plugin executes another
     */
    ChainPlugins(Path hostRoot, UnaryOperator<Path> reach, HostPrograms programs) {
        this.hostRoot = hostRoot;
        this.here = reach;
        this.programs = programs;
    }

    /** What keeps pods from being attached, one for each plugin; empty if all will do. */
    List<Finding> findings(Configuration configuration) {
        var findings = new ArrayList<Finding>();
        for (var name : configuration.plugins()) {
            boolean byUs = configuration.chain() == ChainKind.OWN && !name.equals("route-fix");
            var finding = finding(configuration.binDir().resolve(name), configuration.cniVersion(), byUs);
            if (finding != null) {
                findings.add(finding);
            }
        }
        return findings;
    }

    /**
     * What is wrong with one; null if nothing is.
     *
     * @param byUs whether our own plugin executes it, and not the runtime
     */
    @Nullable
    Finding finding(Path plugin, String version, boolean byUs) {
        var fault = fault(plugin, version, byUs);
        return fault == null
                ? null
                : Finding.blocking(
                        "conflist",
                        "no pod would get a network",
                        "the plugin " + plugin + " " + fault.what(),
                        fault.cure());
    }

    private @Nullable Fault fault(Path plugin, String version, boolean byUs) {
        try {
            var file = here.apply(plugin);
            if (Files.isDirectory(file)) {
                return new Fault("is a directory", "remove it, and put the plugin there");
            }
            var stamp = Files.readAttributes(file, STAMP);
            var now = new Answered(stamp, version);
            if (now.equals(answered.get(plugin))) {
                return null;
            }
            var fault = Files.isExecutable(file)
                    ? ask(plugin, version, byUs)
                    : new Fault("cannot be executed", "chmod +x " + plugin);
            if (fault == null) {
                answered.put(plugin, now);
            }
            return fault;
        } catch (NoSuchFileException missing) {
            return new Fault("is not there", "install it on the node, or choose another CHAIN or IPAM");
        } catch (IOException e) {
            return new Fault("does not answer when it is asked for its versions (" + e.getMessage() + ")", ANOTHER);
        }
    }

    private @Nullable Fault ask(Path plugin, String version, boolean byUs) throws IOException {
        var asked = command(here.apply(plugin));
        if (asked.isEmpty()) {
            return new Fault("is no program", "put the plugin there");
        }
        var command = byUs ? programs.command(plugin.toString()) : asked;
        var environment = Map.of(
                "CNI_COMMAND",
                "VERSION",
                // for plugins from before the specification said that they are not needed
                "CNI_CONTAINERID",
                "none",
                "CNI_NETNS",
                "none",
                "CNI_IFNAME",
                "none",
                "CNI_PATH",
                String.valueOf(here.apply(plugin).getParent()),
                "PATH",
                path());
        try {
            var said = Subprocess.run(command, environment, "{\"cniVersion\":\"" + version + "\"}", PATIENCE);
            return judge(said, version);
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains(ABSENT)) {
                // it is there, but what it needs to run is not here; the host may have it, and there it runs
                return null;
            }
            throw e;
        }
    }

    /** Where this process has no interpreter for a script, the host's does. None for what the kernel does not start. */
    private List<String> command(Path plugin) throws IOException {
        String first;
        try (var in = Files.newInputStream(plugin)) {
            var head = in.readNBytes(256);
            first = new String(head, StandardCharsets.ISO_8859_1)
                    .lines()
                    .findFirst()
                    .orElse("");
            if (Arrays.equals(head, 0, Math.min(head.length, ELF.length), ELF, 0, ELF.length)) {
                return List.of(plugin.toString());
            }
        }
        if (!first.startsWith("#!")) {
            return List.of();
        }
        var words = new ArrayList<>(List.of(first.substring(2).strip().split("\\s+", 2)));
        if (!Files.exists(Path.of(words.getFirst()))) {
            words.set(0, hostRoot + words.getFirst());
        }
        words.add(plugin.toString());
        return words;
    }

    private String path() {
        return "/usr/sbin:/usr/bin:/sbin:/bin:" + hostRoot + "/usr/sbin:" + hostRoot + "/usr/bin:" + hostRoot + "/sbin:"
                + hostRoot + "/bin";
    }

    /** What is wrong with an answer; null if nothing is. */
    private static @Nullable Fault judge(Subprocess.Outcome said, String version) {
        if (said.exitCode() != 0) {
            return new Fault(
                    "cannot tell its versions (exit code " + said.exitCode() + ": "
                            + beginning(said.output() + said.errors()) + ")",
                    ANOTHER);
        }
        try {
            var answer = Json.read(said.output().getBytes(StandardCharsets.UTF_8));
            if (answer.get("supportedVersions") instanceof List<?> versions) {
                return versions.contains(version)
                        ? null
                        : new Fault(
                                "speaks CNI " + beginning(versions.toString()) + " and not CNI_VERSION " + version,
                                "set CNI_VERSION to one that it speaks, or put a newer plugin there");
            }
        } catch (IOException rubbish) {
            // the same as without versions
        }
        return new Fault(
                "does not say which versions of CNI it speaks (\"" + beginning(said.output()) + "\")", ANOTHER);
    }

    private static String beginning(String text) {
        var line = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }
}
