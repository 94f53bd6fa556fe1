package dev.routefix.image;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Builds the images ({@code build <directory> <version> <Java's bill of materials>}), pushes those that were built ({@code push <directory> <image>}), or
 * compares two archives of images ({@code verify <archive> <archive>}).
 */
final class ImageMain {
    private static final String USAGE =
            "usage: build <directory> <version> <bom> | push <directory> <host:port/name:tag> | verify <archive> <archive>";

    private ImageMain() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        if (arguments.size() < 3) {
            System.err.println(USAGE);
            return 2;
        }
        Path first = Path.of(arguments.get(1));
        String second = arguments.get(2);
        try {
            return switch (arguments.getFirst()) {
                case "build" -> build(Workspace.at(first), second, Path.of(arguments.getLast()));
                case "push" -> push(Workspace.at(first), second);
                case "verify" -> verify(first, Path.of(second));
                case String other -> throw new IllegalArgumentException("no such command: " + other);
            };
        } catch (IOException | UncheckedIOException | IllegalStateException | IllegalArgumentException e) {
            // A FileSystemException's message is only a path: its class says what is wrong there.
            System.err.println(arguments.getFirst() + ": " + (e instanceof FileSystemException ? e : e.getMessage()));
            return 1;
        }
    }

    private static int build(Workspace workspace, String version, Path bom) throws IOException {
        Optional<Target> other = Target.other(System.getenv(Target.VARIABLE));
        Files.deleteIfExists(workspace.index());
        List<Target> targets =
                Stream.concat(Stream.of(Target.here()), other.stream()).toList();
        for (Target target : targets) {
            new Build(workspace.of(target.architecture()), target, version, bom).run();
        }
        rememberHowToPush(workspace);
        if (other.isEmpty()) {
            System.out.println("image: for %s only; for arm64 too where %s names a JDK 25 of that architecture"
                    .formatted(Architecture.ofThisMachine().oci(), Target.VARIABLE));
            return 0;
        }
        List<Architecture> architectures =
                targets.stream().map(Target::architecture).toList();
        System.out.println(workspace.index() + " " + new ImageIndex(workspace, architectures).write(version));
        return 0;
    }

    private static void rememberHowToPush(Workspace workspace) throws IOException {
        List<String> words = List.of(
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                ImageMain.class.getName(),
                "push",
                workspace.directory().toString());
        Files.write(
                workspace.pushArguments(),
                words.stream().map(word -> "\"" + word + "\"").toList());
    }

    private static int push(Workspace workspace, String image) throws IOException {
        if (!Files.exists(workspace.base())) {
            throw new IllegalStateException("there is no image yet: run `make image`");
        }
        try {
            ImageReference reference = ImageReference.parse(image);
            boolean insecure = Registry.of(reference.getRegistry()).mayBeInsecure();
            Architecture here = Architecture.ofThisMachine();
            String digest = Files.exists(workspace.index())
                    ? new ImageIndex(workspace, List.of(here, Architecture.ARM64)).push(reference, insecure)
                    : new ContainerImage(workspace, here).push(reference, insecure);
            System.out.println("pushed " + reference + " " + digest);
            return 0;
        } catch (InvalidImageReferenceException e) {
            throw new IllegalArgumentException(
                    image + " is no image reference such as localhost:5000/route-fix:0.1.0", e);
        }
    }

    private static int verify(Path one, Path other) throws IOException {
        Comparison comparison = Comparison.of(one, other);
        comparison.lines().forEach(System.out::println);
        System.out.println(comparison.same() ? "the same release" : "NOT the same release");
        return comparison.same() ? 0 : 1;
    }
}
