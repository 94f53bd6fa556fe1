package dev.routefix.lab.e2e;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One change of Kubernetes' source for its specs to run here.
 *
 * @param file below the source's top
 * @param replace text that is there, wherever it is
 * @param with what takes its place
 * @param why for whom reads the list
 */
record Patch(String file, String replace, String with, String why) {

    /** Those of patches.yaml, in their order. */
    static List<Patch> all() {
        try {
            return new YAMLMapper().readValue(Resource.text("patches.yaml"), new TypeReference<List<Patch>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Changes the file.
     *
     * @throws IllegalStateException if the text is not in it: it is another source than the list is for
     */
    void applyTo(Path source) throws IOException {
        Path path = source.resolve(file);
        String text = Files.readString(path);
        if (!text.contains(replace)) {
            throw new IllegalStateException(path + " does not have '" + replace.strip()
                    + "': patches.yaml is for another version of Kubernetes");
        }
        Files.writeString(path, text.replace(replace, with));
    }
}
