package dev.routefix.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding a sandbox from a container, with a namespace mounted as runtimes do it. */
class SandboxesIT {

    @TempDir
    Path host;

    @Test
    void takes_the_path_as_given_where_it_leads_to_a_namespace() {
        assertThat(Sandboxes.asGiven().locate("/proc/self/ns/net")).isEqualTo(Path.of("/proc/self/ns/net"));
        assertThat(Sandboxes.alsoBelow(host).locate("/proc/self/ns/net")).isEqualTo(Path.of("/proc/self/ns/net"));
    }

    @Test
    void else_goes_below_the_hosts_root_and_follows_links_as_the_host_would() throws IOException {
        var mounted = Files.createFile(
                Files.createDirectories(host.resolve("run/netns")).resolve("cni-1"));
        Files.createDirectory(host.resolve("var"));
        Files.createSymbolicLink(host.resolve("var/run"), Path.of("/run"));
        Files.createSymbolicLink(host.resolve("sandboxes"), Path.of("var/run/../run/netns"));
        Command.of("mount", "--bind", "/proc/self/ns/net", mounted.toString()).run();
        try {
            for (var path : new String[] {"/run/netns/cni-1", "/var/run/netns/cni-1", "/sandboxes/cni-1"}) {
                assertThat(Sandboxes.alsoBelow(host).locate(path)).as(path).isEqualTo(mounted);
            }
        } finally {
            Command.of("umount", mounted.toString()).run();
        }
    }

    @Test
    void a_mount_that_did_not_reach_us_is_looked_for_on_the_host() throws IOException {
        var empty = Files.createTempFile("route-fix", ".netns");
        var mounted = host.resolve(empty.toString().substring(1));
        Files.createFile(Files.createDirectories(mounted.getParent()).resolve(mounted.getFileName()));
        Command.of("mount", "--bind", "/proc/self/ns/net", mounted.toString()).run();
        try {
            assertThat(Sandboxes.alsoBelow(host).locate(empty.toString())).isEqualTo(mounted);
        } finally {
            Command.of("umount", mounted.toString()).run();
            Files.delete(empty);
        }
    }

    @Test
    void another_namespace_at_a_sandboxs_path_is_not_the_sandbox() throws IOException {
        var own = "/proc/self/ns/net";
        var identity = Sandboxes.identity(Path.of(own));
        var file = Files.createFile(host.resolve("file")).toString();

        assertThat(Sandboxes.asGiven().isThere(own, identity)).isTrue();
        assertThat(Sandboxes.asGiven().isThere(own, null)).isTrue();
        assertThat(Sandboxes.asGiven().isThere(own, "1")).isFalse();
        // a mount that did not reach us proves nothing
        assertThat(Sandboxes.asGiven().isThere(file, identity)).isTrue();
        assertThat(Sandboxes.asGiven().isThere("/nowhere/at/all", identity)).isFalse();
    }

    @Test
    void a_namespace_that_was_given_the_number_of_one_that_is_gone_is_not_taken_for_it() {
        var own = "/proc/self/ns/net";
        var identity = Objects.requireNonNull(Sandboxes.identity(Path.of(own)));
        var inode = Sandboxes.inode(identity);

        assertThat(identity).startsWith(inode + "/");
        assertThat(Sandboxes.asGiven().isThere(own, inode))
                .as("an old record has no more")
                .isTrue();
        assertThat(Sandboxes.asGiven().isThere(own, identity + "0")).isFalse();
        assertThat(Sandboxes.asGiven().isThere(own, inode + "/1000000")).isFalse();
    }

    @Test
    void what_is_nowhere_and_links_that_go_in_circles_stay_as_given() throws IOException {
        Files.createSymbolicLink(host.resolve("loop"), Path.of("/loop"));

        assertThat(Sandboxes.alsoBelow(host).locate("/loop")).isEqualTo(Path.of("/loop"));
        assertThat(Sandboxes.alsoBelow(host).locate("/nowhere/at/all")).isEqualTo(Path.of("/nowhere/at/all"));
    }
}
