package dev.routefix.image;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The image that this build has written, unpacked from its tar as a container runtime unpacks it: manifest first, then layer upon layer.
 *
 * @param layout the OCI layout
 * @param root the unpacked root file system
 */
record BuiltImage(Path layout, Path root) {
    static final Workspace WORKSPACE = Workspace.at(Path.of("target"));

    /** Unpacked once for each class of tests, below {@code target}, where it can be looked at afterwards. */
    static BuiltImage unpackedFor(Class<?> tests) throws IOException {
        Path directory = Workspace.fresh(WORKSPACE.directory().resolve("it").resolve(tests.getSimpleName()));
        Path layout = Files.createDirectories(directory.resolve("layout"));
        Path root = Files.createDirectories(directory.resolve("root"));
        ProgramRun.of("tar", "-xf", WORKSPACE.image(), "-C", layout).succeed();
        var image = new BuiltImage(layout, root);
        for (String digest : image.layers()) {
            ProgramRun.of("tar", "--same-permissions", "-xzf", image.blob(digest), "-C", root)
                    .succeed();
        }
        return image;
    }

    static String digest() throws IOException {
        return Files.readString(WORKSPACE.digest()).strip();
    }

    JavaHome home() {
        return new JavaHome(root.resolve(Layer.HOME));
    }

    Map<String, Object> manifest() throws IOException {
        return json(digest());
    }

    Map<String, Object> config() throws IOException {
        return json(
                (String) requireNonNull(((Map<?, ?>) requireNonNull(manifest().get("config"))).get("digest")));
    }

    /** The layers' digests as a registry knows them, in order. */
    List<String> layers() throws IOException {
        return ((List<?>) requireNonNull(manifest().get("layers")))
                .stream()
                        .map(layer -> (String) requireNonNull(((Map<?, ?>) layer).get("digest")))
                        .toList();
    }

    /** Every path below the root, as it is seen inside. */
    List<String> paths() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(path -> "/" + root.relativize(path)).toList();
        }
    }

    /** A command inside the image: its root, a /proc, and for mount points and processes nothing of this machine. */
    ProgramRun inside(Object... words) {
        return ProgramRun.of(
                "unshare",
                "--mount",
                "--pid",
                "--fork",
                "--mount-proc=" + root.resolve("proc"),
                "chroot",
                root,
                List.of(words));
    }

    private Map<String, Object> json(String digest) throws IOException {
        return JSON.std.mapFrom(Files.readString(blob(digest)));
    }

    private Path blob(String digest) {
        return layout.resolve("blobs").resolve(digest.replace(':', '/'));
    }
}
