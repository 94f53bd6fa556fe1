package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** Hosts on which a file cannot simply be written or removed. */
class OddHostIT extends EmptyNode {

    private static final String STATIC = "IPAM={\"type\":\"static\"}";

    @Test
    void a_full_disk_is_named_holds_nothing_half_written_and_is_overcome_when_there_is_room() throws IOException {
        var disk = node.binDir().toString();
        Command.of("mount", "-t", "tmpfs", "-o", "size=20k", "route-fix-test", disk)
                .run();
        try {
            var full = node.installer("install", STATIC);

            assertThat(full.exit()).isEqualTo(1);
            assertThat(full.stderr())
                    .contains("cannot write " + disk, "No space left on device", "make room on it")
                    .doesNotContain("Exception", "\tat ");
            assertThat(node.files()).noneMatch(file -> file.contains("route-fix-tmp") || file.endsWith(".conflist"));

            Command.of("mount", "-o", "remount,size=64m", disk).run();
            Files.copy(Path.of("/usr/lib/cni/static"), node.binDir().resolve("static"));
            assertThat(node.installer("install", STATIC).exit()).isZero();
            assertThat(node.installer("status", STATIC).exit()).isZero();
            assertThat(node.installer("uninstall", STATIC).exit()).isZero();
            assertThat(node.files()).isEmpty();
        } finally {
            Command.of("umount", disk).run();
        }
    }

    @Test
    void a_binary_shared_by_symbolic_links_is_never_written_through() throws IOException {
        var everybodys = "#!/bin/sh\necho '{\"supportedVersions\":[\"1.0.0\"]}'";
        var shared = Files.writeString(node.binDir().resolve("cni"), everybodys);
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (var name : new String[] {"route-fix", "macvlan", "dhcp", "loopback"}) {
            Files.createSymbolicLink(node.binDir().resolve(name), Path.of("cni"));
        }

        assertThat(node.installer("install", STATIC).exit()).isZero();

        assertThat(shared).hasContent(everybodys);
        assertThat(node.binDir().resolve("route-fix")).isRegularFile().isExecutable();
        assertThat(Files.isSymbolicLink(node.binDir().resolve("route-fix"))).isFalse();
        assertThat(Files.isSymbolicLink(node.binDir().resolve("macvlan"))).isTrue();

        assertThat(node.installer("uninstall", STATIC).exit()).isZero();
        assertThat(shared).hasContent(everybodys);
        assertThat(node.files())
                .containsExactly("opt/cni/bin/cni", "opt/cni/bin/dhcp", "opt/cni/bin/loopback", "opt/cni/bin/macvlan");
    }

    @Test
    void an_old_build_stays_as_long_as_a_process_runs_from_it() throws IOException {
        var old = node.binDir().resolve(".route-fix/0.0.9-old");
        Files.createDirectories(old.resolve("bin"));
        Files.copy(Path.of("/bin/sleep"), old.resolve("bin/ld.so"));
        try (var call = Command.of(old.resolve("bin/ld.so").toString(), "600").start(node.at("call.log"))) {
            for (int pass = 0; pass < 2; pass++) {
                assertThat(node.installer("install", STATIC).exit()).isZero();
            }
            assertThat(old.resolve("bin/ld.so")).exists();
            assertThat(call.isAlive()).isTrue();
        }

        assertThat(node.installer("install", STATIC).exit()).isZero();

        assertThat(old).doesNotExist();
        assertThat(node.binDir().resolve(".route-fix").resolve(TestNode.BUILD)).isDirectory();
    }

    @Test
    void leases_that_cannot_be_listed_are_told_and_keep_nothing_from_being_installed() throws IOException {
        Files.createDirectories(node.at("var/lib/route-fix"));
        Files.writeString(node.at("var/lib/route-fix/leases"), "a file");

        try (var resident = node.run(STATIC)) {
            assertThat(resident.log()).contains("cannot list " + node.at("var/lib/route-fix/leases"));
            assertThat(node.conflist()).exists();
        }
    }
}
