package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A linked runtime at some path, with its own C library. */
record JavaHome(Path path) {
    /** Starts {@code java} by the runtime's own loader, as the relay on a host does: nothing outside of the directory is used. */
    List<String> java() {
        String libraries = "%1$s/glibc:%1$s/lib:%1$s/lib/server".formatted(path);
        return List.of(path + "/bin/ld.so", "--library-path", libraries, path + "/bin/java");
    }

    /** The flags of an argument file, without its last two words, which name the main class. */
    List<String> flags(String name) throws IOException {
        List<String> words = Files.readAllLines(path.resolve(name + ".args"));
        return words.subList(0, words.size() - 2);
    }
}
