package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StrippedTest {
    private static final Path LIBRARIES = Path.of(System.getProperty("java.home"), "lib");

    @TempDir
    Path directory;

    @Test
    @SuppressWarnings("restricted")
    void a_stripped_library_is_loaded_as_before() throws IOException {
        Path library = copy("libnet.so");
        long before = Files.size(library);

        Stripped.libraries(directory);

        assertThat(Files.size(library)).isLessThan(before);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(SymbolLookup.libraryLookup(library, arena).find("JNI_OnLoad"))
                    .isPresent();
        }
    }

    @Test
    void the_names_of_the_JVMs_functions_are_left_out() throws IOException {
        Path library = copy("server/libjvm.so");
        long before = Files.size(library);

        Stripped.strip(library);

        assertThat(Files.size(library)).isLessThan(before - 4_000_000);
    }

    @Test
    void what_is_no_library_stays_as_it_is() throws IOException {
        Path file = Files.writeString(directory.resolve("jvm.cfg"), "-server KNOWN\n");

        Stripped.libraries(directory);

        assertThat(file).hasContent("-server KNOWN\n");
    }

    private Path copy(String library) throws IOException {
        Path original = LIBRARIES.resolve(library);
        return Files.copy(original, directory.resolve(original.getFileName()));
    }
}
