package dev.routefix.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.delegate.Delegates;
import dev.routefix.delegate.HostPrograms;
import dev.routefix.dhcp.AddressSource;
import dev.routefix.fuzz.Fuzz;
import dev.routefix.sandbox.Sandboxes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hostile environments and configurations, on a node with a pod: always an answer of the specification, and never a change. */
final class RequestFuzzIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private LabNode lab;
    private dev.routefix.lab.cni.Attachment pod;

    @BeforeEach
    void start_a_pod_on_a_node() {
        lab = new LabNode(directory.resolve("run"));
        pod = lab.pod("pod");
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void answers_whatever_it_is_asked_and_changes_nothing() {
        assertThat(lab.call("ADD", pod).exitCode()).isZero();
        var before = node();
        var files = files();
        var configuration =
                LabNode.conf("1.1.0").<JsonNode>set("prevResult", pod.result()).toString();

        lab.netns().call(() -> {
            for (int seed = 0; seed < Fuzz.INPUTS; seed++) {
                ask(
                        seed,
                        new Fuzz(seed),
                        configuration,
                        List.of("ADD", "ADD", "DEL", "CHECK", "STATUS", "GC", "VERSION"));
            }
            return files;
        });

        assertThat(node()).isEqualTo(before);
        assertThat(files()).isEqualTo(files);
    }

    @Test
    void answers_whatever_a_runtime_says_is_valid() {
        var configuration = LabNode.conf("1.1.0").toString().replaceFirst("\\{", """
            {"cni.dev/valid-attachments":[{"containerID":"c1","ifname":"eth0"},{"containerID":"c2","ifname":"net1"}],""");
        var before = node();

        lab.netns().call(() -> {
            for (int seed = 0; seed < Fuzz.INPUTS / 10; seed++) {
                ask(seed, new Fuzz(seed), configuration, List.of("GC"));
            }
            return before;
        });

        assertThat(node()).isEqualTo(before);
    }

    private static AddressSource noServer() {
        throw new CniException(ErrorCode.TRY_AGAIN_LATER, "there is no server here");
    }

    private void ask(int seed, Fuzz fuzz, String configuration, List<String> verbs) {
        var env = environment(fuzz, verbs);
        var stdin = stdin(fuzz, configuration);
        long begin = System.nanoTime();

        var answer = new RouteFix(
                        directory.resolve("run"),
                        PluginMain.lifecycle(directory.resolve("run"), directory.resolve("state"), Sandboxes.asGiven()),
                        Sandboxes.asGiven(),
                        new Provisions(
                                RequestFuzzIT::noServer,
                                new Delegates(HostPrograms.asGiven()),
                                Path.of("/sys/class/net")))
                .answer(env, new ByteArrayInputStream(stdin));

        var said = "seed " + seed + ": " + env.get("CNI_COMMAND") + " gave " + answer;
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(said).isLessThan(LONGEST);
        assertThat(answer.log()).as(said).doesNotContain("\tat ").matches("(\\P{Cntrl}*\n)*");
        if (answer.exitCode() == 0) {
            assertThat(answer.stdout().isEmpty() || json(answer).isObject() || !env.containsKey("CNI_COMMAND"))
                    .as(said)
                    .isTrue();
        } else {
            var error = json(answer);
            assertThat(answer.exitCode()).as(said).isEqualTo(1);
            assertThat(error.path("cniVersion").isTextual()).as(said).isTrue();
            assertThat(error.path("msg").asText()).as(said).isNotBlank();
            assertThat(error.path("code").asInt()).as(said).isBetween(1, 101).isNotEqualTo(8);
        }
    }

    /** Names that lead elsewhere, are too long, or are none; sandboxes that are gone, or no sandboxes. */
    private static Map<String, String> environment(Fuzz fuzz, List<String> verbs) {
        var env = new HashMap<String, String>();
        env.put(
                "CNI_COMMAND",
                fuzz.onceIn(20)
                        ? fuzz.pick("add", "ADD ", "", "\0", "REMOVE", "A".repeat(9_999))
                        : fuzz.pick(verbs.toArray(String[]::new)));
        env.put(
                "CNI_CONTAINERID",
                fuzz.pick(
                        "c1",
                        "c1",
                        "c1",
                        "../../etc/x",
                        "..",
                        ".",
                        "a/b",
                        "a\nb",
                        "a@eth0",
                        "\0",
                        "",
                        "x".repeat(5_000),
                        "\u00e4"));
        env.put(
                "CNI_IFNAME",
                fuzz.pick(
                        "eth0",
                        "eth0",
                        "eth0",
                        "../x",
                        "..",
                        ".",
                        "a/b",
                        "eth 0",
                        "eth:0",
                        "",
                        "0123456789abcdef",
                        "e\0",
                        "all",
                        "\u202eeth"));
        env.put(
                "CNI_NETNS",
                fuzz.pick(
                        "/run/netns/none",
                        "/etc/passwd",
                        "/dev/null",
                        "/",
                        "",
                        "relative",
                        "a\nb",
                        "\0",
                        "/proc/thread-self/ns/mnt",
                        "/x".repeat(5_000)));
        env.put("CNI_ARGS", fuzz.pick("", "A=b;C=d", "=;=;;", "A=" + "b".repeat(100_000), "\u0000"));
        env.put("CNI_NETNS_OVERRIDE", fuzz.pick("", "true", "1", "yes"));
        for (var name : List.of("CNI_COMMAND", "CNI_CONTAINERID", "CNI_IFNAME", "CNI_NETNS", "CNI_ARGS")) {
            if (fuzz.onceIn(40)) {
                env.remove(name);
            }
        }
        return env;
    }

    private static byte[] stdin(Fuzz fuzz, String configuration) {
        if (fuzz.onceIn(500)) {
            return fuzz.onceIn(2) ? fuzz.random(10 << 20) : " ".repeat(10 << 20).getBytes(StandardCharsets.UTF_8);
        }
        return switch (fuzz.pick(0, 1, 2, 3, 4)) {
            case 0 -> configuration.getBytes(StandardCharsets.UTF_8);
            case 1 -> fuzz.damaged(configuration.getBytes(StandardCharsets.UTF_8));
            case 2 -> fuzz.random(fuzz.pick(0, 1, 16, 4_096));
            default -> fuzz.withHostileValue(configuration);
        };
    }

    private static JsonNode json(Answer answer) {
        try {
            return JSON.readTree(answer.stdout());
        } catch (IOException e) {
            throw new UncheckedIOException(answer.stdout(), e);
        }
    }

    private List<List<String>> node() {
        return List.of(
                LabNode.ip(lab.netns(), "-4 route show table all"),
                LabNode.ip(lab.netns(), "neigh show nud permanent"),
                LabNode.ip(lab.netns(), "-oneline link"),
                LabNode.ip(lab.netns(), "-4 -oneline address"));
    }

    private List<String> files() {
        try (var files = Files.walk(directory)) {
            return files.map(Path::toString).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
