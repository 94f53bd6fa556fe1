package dev.routefix.image;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Builds the image ({@code build <directory> <version>}) or pushes the one that was built ({@code push <directory> <image>}). */
final class ImageMain {
    private ImageMain() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        if (arguments.size() != 3) {
            System.err.println("usage: build <directory> <version> | push <directory> <host:port/name:tag>");
            return 2;
        }
        Workspace workspace = Workspace.at(Path.of(arguments.get(1)));
        try {
            switch (arguments.getFirst()) {
                case "build" -> new Build(workspace, Architecture.ofThisMachine(), arguments.get(2)).run();
                case "push" -> push(workspace, arguments.get(2));
                case String other -> throw new IllegalArgumentException("no such command: " + other);
            }
            return 0;
        } catch (IOException | UncheckedIOException | IllegalStateException | IllegalArgumentException e) {
            // A FileSystemException's message is only a path: its class says what is wrong there.
            System.err.println(arguments.getFirst() + ": " + (e instanceof FileSystemException ? e : e.getMessage()));
            return 1;
        }
    }

    private static void push(Workspace workspace, String image) throws IOException {
        if (!Files.exists(workspace.base())) {
            throw new IllegalStateException("there is no image yet: run `make image`");
        }
        try {
            ImageReference reference = ImageReference.parse(image);
            boolean insecure = Registry.of(reference.getRegistry()).mayBeInsecure();
            String digest = new ContainerImage(workspace, Architecture.ofThisMachine()).push(reference, insecure);
            System.out.println("pushed " + reference + " " + digest);
        } catch (InvalidImageReferenceException e) {
            throw new IllegalArgumentException(
                    image + " is no image reference such as localhost:5000/route-fix:0.1.0", e);
        }
    }
}
