package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the published jar, as the build does it. */
final class JnaModuleTest {
    @TempDir
    private Path directory;

    private Path published;
    private ModuleReference slim;

    @BeforeEach
    void write() throws IOException, URISyntaxException {
        published = Path.of(com.sun.jna.Native.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        JnaModule.write(
                published, Architecture.ofThisMachine(), directory.resolve("jna.jar"), directory.resolve("library"));
        slim = module(directory.resolve("jna.jar"));
    }

    @Test
    void the_copy_requires_what_the_original_does_but_for_the_desktop() {
        ModuleDescriptor original = module(published).descriptor();
        assertThat(original.requires())
                .extracting(ModuleDescriptor.Requires::name)
                .contains("java.desktop");
        assertThat(slim.descriptor().requires())
                .isSubsetOf(original.requires())
                .hasSize(original.requires().size() - 1)
                .extracting(ModuleDescriptor.Requires::name)
                .doesNotContain("java.desktop");
        assertThat(slim.descriptor().exports()).isEqualTo(original.exports());
    }

    @Test
    void the_copy_holds_classes_only() throws IOException {
        try (var reader = slim.open();
                var names = reader.list()) {
            assertThat(names.filter(name -> !name.endsWith("/"))).allMatch(name -> name.endsWith(".class"));
        }
    }

    @Test
    void the_native_library_is_the_one_of_this_machine() throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin/java");
        assertThat(elfHeader(directory.resolve("library"))).isEqualTo(elfHeader(java));
    }

    /** Magic number, class and byte order, and e_machine (elf.h), which says for what processor a file is. */
    private static String elfHeader(Path file) throws IOException {
        try (var content = Files.newInputStream(file)) {
            byte[] header = content.readNBytes(20);
            return HexFormat.of().formatHex(header, 0, 6) + HexFormat.of().formatHex(header, 18, 20);
        }
    }

    private static ModuleReference module(Path jar) {
        return ModuleFinder.of(jar).find("com.sun.jna").orElseThrow();
    }
}
