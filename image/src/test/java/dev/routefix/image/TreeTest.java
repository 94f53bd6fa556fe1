package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreeTest {
    @TempDir
    private Path directory;

    private Path top;

    @BeforeEach
    void plant() throws IOException {
        top = plant("one", List.of("b/z", "b/a", "program"));
    }

    @Test
    void the_tar_is_sorted_with_the_modes_of_an_image_root_as_owner_and_one_time() throws IOException {
        var lines = new ArrayList<String>();
        new Tree(top).tar(directory.resolve("tar"), _ -> true);
        try (var tar = new TarFile(directory.resolve("tar").toFile())) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                lines.add("%s %o %d:%d %s %s"
                        .formatted(
                                entry.getName(),
                                entry.getMode() & 0_7777,
                                entry.getLongUserId(),
                                entry.getLongGroupId(),
                                entry.getLastModifiedTime(),
                                entry.getLinkName()));
            }
        }
        assertThat(lines)
                .containsExactly(
                        "b/ 755 0:0 1970-01-01T00:00:01Z ",
                        "b/a 644 0:0 1970-01-01T00:00:01Z ",
                        "b/z 644 0:0 1970-01-01T00:00:01Z ",
                        "link 777 0:0 1970-01-01T00:00:01Z /nowhere",
                        "program 755 0:0 1970-01-01T00:00:01Z ",
                        "tmp/ 1777 0:0 1970-01-01T00:00:01Z ");
    }

    @Test
    void the_tar_holds_only_what_is_wanted_and_the_directories_above_it() throws IOException {
        new Tree(top).tar(directory.resolve("tar"), path -> path.equals("b/z"));
        try (var tar = new TarFile(directory.resolve("tar").toFile())) {
            assertThat(tar.getEntries()).extracting(TarArchiveEntry::getName).containsExactly("b/", "b/z");
        }
    }

    @Test
    void the_digest_is_of_paths_modes_and_contents_and_of_nothing_else() throws IOException {
        String digest = new Tree(top).digest();
        assertThat(new Tree(plant("same", List.of("program", "b/a", "b/z"))).digest())
                .isEqualTo(digest);
        assertThat(new Tree(plant("other name", List.of("b/y", "b/a", "program"))).digest())
                .isNotEqualTo(digest);

        Files.writeString(top.resolve("b/a"), "changed");
        assertThat(new Tree(top).digest()).isNotEqualTo(digest);

        Path again = plant("other mode", List.of("b/z", "b/a", "program"));
        Files.setPosixFilePermissions(again.resolve("b/a"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(new Tree(again).digest()).isNotEqualTo(digest);
    }

    private Path plant(String name, List<String> files) throws IOException {
        Path planted = directory.resolve(name);
        for (String file : files) {
            Path path = planted.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file);
            Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(name.hashCode())));
        }
        Files.setPosixFilePermissions(planted.resolve("program"), PosixFilePermissions.fromString("rwx------"));
        Files.createDirectory(planted.resolve("tmp"));
        Files.createSymbolicLink(planted.resolve("link"), Path.of("/nowhere"));
        return planted;
    }
}
