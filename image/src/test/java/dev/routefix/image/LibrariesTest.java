package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibrariesTest {
    @TempDir
    private Path home;

    @Test
    void a_java_that_brings_its_own_libraries_needs_iptables_only() throws IOException {
        Files.writeString(home.resolve("libzip.so"), "\0libjava.so\0libc.so.6\0");

        assertThat(Libraries.of(home).keySet())
                .contains("libxtables12", "libnftnl11")
                .doesNotContain("zlib1g", "libstdc++6", "libgcc-s1");
    }

    @Test
    void a_java_that_links_to_the_distributions_zlib_gets_it() throws IOException {
        Files.writeString(home.resolve("libzip.so"), "\0libjava.so\0libz.so.1\0libc.so.6\0");

        assertThat(Libraries.of(home)).containsEntry("zlib1g", "libz.so.1").doesNotContainKey("libstdc++6");
    }
}
