package dev.routefix.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {

    private static final int LOOKS = 300;
    private static final int FILES = 20;

    @Test
    void what_is_below_a_directory_comes_after_it(@TempDir Path directory) throws IOException {
        Files.createDirectories(directory.resolve("a/b"));
        Files.writeString(directory.resolve("a/b/c"), "");

        assertThat(FileTree.paths(directory))
                .containsExactly(
                        directory, directory.resolve("a"), directory.resolve("a/b"), directory.resolve("a/b/c"));
    }

    @Test
    void a_directory_that_is_not_there_is_empty(@TempDir Path directory) {
        assertThat(FileTree.paths(directory.resolve("none"))).isEmpty();
    }

    @Test
    void one_that_is_being_emptied_can_be_read(@TempDir Path directory) {
        var done = new AtomicBoolean();
        var emptying = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                fillAndEmpty(directory.resolve("below"));
            }
        });
        for (int i = 0; i < LOOKS; i++) {
            assertThat(FileTree.paths(directory)).contains(directory);
        }
        done.set(true);
        emptying.join();
    }

    private static void fillAndEmpty(Path below) {
        try {
            Files.createDirectory(below);
            for (int i = 0; i < FILES; i++) {
                Files.writeString(below.resolve("f" + i), "");
            }
            for (int i = 0; i < FILES; i++) {
                Files.delete(below.resolve("f" + i));
            }
            Files.delete(below);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
