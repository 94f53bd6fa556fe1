package dev.routefix.installer.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.plan.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {

    @TempDir
    Path directory;

    @Test
    void is_the_sha_256_of_what_the_file_holds_now() throws IOException {
        var digests = new Digests();
        var file = Files.writeString(directory.resolve("x"), "abc");

        // FIPS 180-2, appendix B.1
        assertThat(digests.of(file)).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(digests.of(file)).isEqualTo(new Content.Text("abc").digest());

        Files.writeString(file, "abcd");
        assertThat(digests.of(file)).isEqualTo(new Content.Text("abcd").digest());
    }

    @Test
    void sees_a_change_that_leaves_size_and_time_of_a_file_as_they_were() throws IOException {
        var digests = new Digests();
        var file = Files.writeString(directory.resolve("x"), "abc");
        var time = Files.getLastModifiedTime(file);
        digests.of(file);

        Files.writeString(file, "xyz");
        Files.setLastModifiedTime(file, time);

        assertThat(digests.of(file)).isEqualTo(new Content.Text("xyz").digest());
    }
}
