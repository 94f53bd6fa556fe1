package dev.routefix.installer.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.installer.plan.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

    @TempDir
    Path directory;

    @Test
    void writes_a_text_that_all_may_read() throws IOException {
        var file = directory.resolve("deep/er/x.conflist");

        AtomicFiles.write(file, new Content.Text("häh"), false);

        assertThat(file).hasContent("häh");
        assertThat(mode(file)).isEqualTo("rw-r--r--");
    }

    @Test
    void copies_a_file_that_all_may_execute() throws IOException {
        var source = Files.writeString(directory.resolve("source"), "#!/bin/sh");
        var file = directory.resolve("target");

        AtomicFiles.write(file, new Content.CopyOf(source, ""), true);

        assertThat(file).hasSameBinaryContentAs(source);
        assertThat(mode(file)).isEqualTo("rwxr-xr-x");
    }

    @Test
    void replaces_a_link_and_not_what_it_leads_to() throws IOException {
        var shared = Files.writeString(directory.resolve("shared"), "multi-call binary");
        var file = Files.createSymbolicLink(directory.resolve("macvlan"), shared);

        AtomicFiles.write(file, new Content.Text("new"), true);

        assertThat(shared).hasContent("multi-call binary");
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(file).hasContent("new");
    }

    @Test
    void replaces_an_executable_that_is_running() throws IOException, InterruptedException {
        var file = Files.copy(Path.of("/bin/sleep"), directory.resolve("sleep"));
        var running = new ProcessBuilder(file.toString(), "100").start();
        try {
            AtomicFiles.write(file, new Content.Text("new"), true);
            assertThat(file).hasContent("new");
        } finally {
            running.destroyForcibly().waitFor();
        }
    }

    @Test
    void leaves_nothing_behind_when_it_fails() throws IOException {
        var occupied =
                Files.createDirectories(directory.resolve("target/occupied")).getParent();
        assertThat(occupied).isNotNull();

        assertThatThrownBy(() -> AtomicFiles.write(directory.resolve("target"), new Content.Text("x"), false))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> AtomicFiles.write(
                        directory.resolve("y"), new Content.CopyOf(directory.resolve("absent"), ""), false))
                .isInstanceOf(IOException.class);

        assertThat(directory.toFile().list()).containsExactly("target");
    }

    @Test
    void the_temporary_file_lies_beside_the_target_under_a_name_that_no_runtime_reads() {
        assertThat(AtomicFiles.TEMPORARY)
                .doesNotEndWith(".conf")
                .doesNotEndWith(".conflist")
                .doesNotEndWith(".json");
    }

    @Test
    void sweeps_what_a_killed_process_left_and_nothing_else() throws IOException {
        Files.writeString(directory.resolve(".macvlan.4711.route-fix-tmp"), "half");
        Files.createDirectories(directory.resolve(".0.1.0.route-fix-tmp/bin"));
        Files.writeString(directory.resolve(".0.1.0.route-fix-tmp/bin/java"), "half");
        Files.writeString(directory.resolve("macvlan"), "whole");
        Files.writeString(directory.resolve(".other"), "theirs");

        AtomicFiles.sweep(directory);
        AtomicFiles.sweep(directory.resolve("absent"));

        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("macvlan", ".other");
    }

    @Test
    void deletes_a_tree_without_following_links() throws IOException {
        var outside = Files.writeString(directory.resolve("outside"), "stays");
        var tree = Files.createDirectories(directory.resolve("tree/a"));
        Files.createSymbolicLink(tree.resolve("link"), outside);
        Files.createSymbolicLink(tree.resolve("up"), directory);

        AtomicFiles.deleteTree(directory.resolve("tree"));

        assertThat(directory.resolve("tree")).doesNotExist();
        assertThat(outside).hasContent("stays");
    }

    @Test
    void deletes_a_directory_only_if_it_is_empty() throws IOException {
        var full = Files.createDirectories(directory.resolve("full"));
        Files.writeString(full.resolve("x"), "");
        var empty = Files.createDirectories(directory.resolve("empty"));

        AtomicFiles.deleteIfEmpty(full);
        AtomicFiles.deleteIfEmpty(empty);
        AtomicFiles.deleteIfEmpty(directory.resolve("absent"));

        assertThat(full).exists();
        assertThat(empty).doesNotExist();
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
