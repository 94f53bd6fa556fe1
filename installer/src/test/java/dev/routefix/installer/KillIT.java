package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.KillSteps.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The appliance is killed right before each change it makes to files and kernel. At that moment a conflist that is there leads to a network that works; and
 * the next start, or uninstallation, ends where it would have ended without the kill.
 */
class KillIT {

    private static final String STATIC = "IPAM={\"type\":\"static\"}";
    private static final String OTHER_BUILD = "0.2.0-test";

    /** Two nodes share the steps, because the machine may have two processors. */
    private static final int NODES = 2;

    /** Every how many-th step is tried; {@code make kill} tries all. */
    private static final int STRIDE = Integer.getInteger("kill.stride", 5);

    @Test
    void an_installation_and_an_uninstallation_survive_a_kill_at_any_step() throws Exception {
        inParallel(part -> {
            try (var node = new TestNode()) {
                // the very first time there are directories to be made
                node.installer("install", STATIC);
                retire(node);
                node.installer("uninstall", STATIC);
                var installing = KillSteps.of(node, "install", STATIC);
                var installed = snapshot(node);
                assertWorks(node);
                retire(node);
                var leaving = KillSteps.of(node, "uninstall", STATIC);
                var left = snapshot(node);
                assertThat(installing).hasSizeGreaterThan(40);
                assertThat(leaving).hasSizeGreaterThan(15);
                var installSteps = share(installing, part);
                var leaveSteps = share(leaving, part);
                while (!installSteps.isEmpty() || !leaveSteps.isEmpty()) {
                    killed(node, installSteps.poll(), "install");
                    assertThat(node.installer("install", STATIC).exit()).isZero();
                    assertThat(snapshot(node)).isEqualTo(installed);
                    retire(node);
                    killed(node, leaveSteps.poll(), "uninstall");
                    assertThat(node.installer("uninstall", STATIC).exit()).isZero();
                    assertThat(snapshot(node)).isEqualTo(left);
                }
            }
            return true;
        });
    }

    @Test
    void an_upgrade_survives_a_kill_at_any_step() throws Exception {
        inParallel(part -> {
            try (var node = new TestNode()) {
                build(node, OTHER_BUILD);
                assertThat(node.installer("install", STATIC).exit()).isZero();
                build(node, TestNode.BUILD);
                var upgrading = KillSteps.of(node, "install", STATIC);
                // the old runtime goes in the next pass, when no call can have begun with it
                var tidying = KillSteps.of(node, "install", STATIC);
                var installed = snapshot(node);
                assertThat(upgrading).hasSizeGreaterThan(10);
                assertThat(tidying).hasSizeGreaterThan(5);
                var steps = share(upgrading, part);
                var build = TestNode.BUILD;
                while (!steps.isEmpty()) {
                    var before = build;
                    build = build.equals(OTHER_BUILD) ? TestNode.BUILD : OTHER_BUILD;
                    build(node, build);
                    killed(node, steps.poll(), "install");
                    settle(node);
                    assertThat(snapshot(node))
                            .as("from " + before + " to " + build)
                            .isEqualTo(renamed(installed, build));
                }
                steps = share(tidying, part);
                while (!steps.isEmpty()) {
                    build = build.equals(OTHER_BUILD) ? TestNode.BUILD : OTHER_BUILD;
                    build(node, build);
                    assertThat(node.installer("install", STATIC).exit()).isZero();
                    killed(node, steps.poll(), "install");
                    settle(node);
                    assertThat(snapshot(node)).isEqualTo(renamed(installed, build));
                }
            }
            return true;
        });
    }

    private interface Work {
        boolean on(int part) throws Exception;
    }

    private static void inParallel(Work work) throws Exception {
        try (var threads = Executors.newFixedThreadPool(NODES)) {
            var parts = new ArrayList<Callable<Boolean>>();
            for (int part = 0; part < NODES; part++) {
                int number = part;
                parts.add(() -> work.on(number));
            }
            for (var done : threads.invokeAll(parts)) {
                done.get();
            }
        }
    }

    /** What one node does of the steps that are tried. */
    private static Deque<Step> share(List<Step> steps, int part) {
        var share = new ArrayDeque<Step>();
        for (int i = part * STRIDE; i < steps.size(); i += NODES * STRIDE) {
            share.add(steps.get(i));
        }
        return share;
    }

    /** Kills the command before the step, if there is one left, and looks at what is there then. */
    private static void killed(TestNode node, @Nullable Step step, String command) throws IOException {
        if (step == null) {
            return;
        }
        var output = KillSteps.kill(node, step, command, STATIC);
        assertThat(output.exit()).as(step.toString()).isEqualTo(128 + 9);
        if (Files.exists(node.conflist())) {
            try {
                if (Files.exists(node.at("var/lib/route-fix/node.json"))) {
                    assertAnswers(node);
                } else {
                    assertWorks(node);
                }
            } catch (AssertionError e) {
                throw new AssertionError("killed before " + step, e);
            }
        }
    }

    private static void settle(TestNode node) {
        for (int pass = 0; pass < 2; pass++) {
            assertThat(node.installer("install", STATIC).exit()).isZero();
        }
    }

    /** As on a node whose last pod has left: what is to go is more than on another. */
    private static void retire(TestNode node) throws IOException {
        Files.createDirectories(node.at("var/lib/route-fix"));
        Files.writeString(
                node.at("var/lib/route-fix/node.json"), "{\"version\":1,\"phase\":\"retiring\",\"settings\":{}}");
    }

    private static void build(TestNode node, String name) throws IOException {
        Files.writeString(node.at("opt/route-fix/build"), name + "\n");
    }

    /** All that an ADD needs is there and whole. */
    private static void assertWorks(TestNode node) throws IOException {
        assertAnswers(node);
        assertLeadsToARuntime(node, node.binDir().resolve("loopback"));
        assertThat(node.netns().run("ip", "link", "show", "mac0").stdout()).contains("NOARP", "UP");
        assertThat(node.netns().run("ip", "address", "show", "mac0").stdout()).contains("169.254.1.1/32");
        assertThat(node.netns().sysctl("net/ipv4/ip_forward")).isEqualTo("1");
        assertThat(node.netns().sysctl("net/ipv4/conf/mac0/send_redirects")).isEqualTo("0");
        assertThat(node.rules("nft", "filter", "FORWARD")).hasSize(3);
        assertThat(node.rules("nft", "mangle", "FORWARD")).hasSize(1);
        assertThat(node.rules("nft", "nat", "POSTROUTING")).hasSize(3);
    }

    /** All that answers a runtime is there and whole. On a node that is given up it refuses each ADD, and has the rest taken away. */
    private static void assertAnswers(TestNode node) throws IOException {
        assertThat(node.confDir()).isDirectoryContaining(file -> file.equals(node.conflist()));
        assertLeadsToARuntime(node, node.binDir().resolve("route-fix"));
    }

    private static void assertLeadsToARuntime(TestNode node, Path relay) {
        assertThat(relay).isExecutable();
        var build = List.of(TestNode.BUILD, OTHER_BUILD).stream()
                .filter(name -> contains(relay, "/.route-fix/" + name + "/"))
                .findFirst()
                .orElseThrow();
        var runtime = node.binDir().resolve(".route-fix").resolve(build);
        for (var place : List.of("bin/ld.so", "sbin/xtables-nft-multi", "sbin/xtables-legacy-multi")) {
            assertThat(runtime.resolve(place)).isExecutable().hasSameBinaryContentAs(node.at("opt/route-fix/" + place));
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything of ours and of the host's, files with their modes and digests. */
    private static List<String> snapshot(TestNode node) throws Exception {
        var lines = new ArrayList<String>();
        for (var directory : List.of("opt/cni", "etc", "run", "var")) {
            if (Files.exists(node.at(directory))) {
                try (var walk = Files.walk(node.at(directory))) {
                    for (var file : walk.sorted().toList()) {
                        lines.add(describe(node, file));
                    }
                }
            }
        }
        var link = node.netns().command("ip", "-br", "link", "show", "mac0").attempt();
        lines.add(link.stdout().strip());
        lines.add(node.netns()
                .command("ip", "-br", "address", "show", "mac0")
                .attempt()
                .stdout()
                .strip());
        for (var mode : List.of("nft", "legacy")) {
            lines.addAll(node.rules(mode, "filter", "FORWARD"));
            lines.addAll(node.rules(mode, "mangle", "FORWARD"));
            lines.addAll(node.rules(mode, "nat", "POSTROUTING"));
        }
        lines.add("ip_forward " + node.netns().sysctl("net/ipv4/ip_forward"));
        return lines;
    }

    private static String describe(TestNode node, Path file) throws Exception {
        var name = node.at("").relativize(file) + " " + Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return name;
        }
        // what names the build
        var loopback = node.binDir().resolve("loopback");
        if (file.equals(node.binDir().resolve("route-fix")) || file.equals(loopback) || file.endsWith("build")) {
            return name + " " + Files.size(file);
        }
        if (file.endsWith("installed.json")) {
            return name + " " + Files.size(file) + " has the loopback: " + contains(file, digest(loopback));
        }
        return name + " " + digest(file);
    }

    private static String digest(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static List<String> renamed(List<String> snapshot, String build) {
        return snapshot.stream()
                .map(line -> line.replace(TestNode.BUILD, build).replace(OTHER_BUILD, build))
                .toList();
    }
}
