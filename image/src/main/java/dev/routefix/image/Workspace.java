package dev.routefix.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Where the build keeps its files, all below one directory (Maven's {@code image/target}).
 *
 * @param directory absolute
 */
record Workspace(Path directory) {
    static Workspace at(Path directory) {
        return new Workspace(directory.toAbsolutePath().normalize());
    }

    /** Where the image of an architecture is built: here for this machine's, below for another. */
    Workspace of(Architecture architecture) {
        return architecture.isHere() ? this : new Workspace(directory.resolve(architecture.oci()));
    }

    /** The image's root file system. */
    Path root() {
        return directory.resolve("root");
    }

    /** The Java home inside {@link #root()}: what the installer copies to hosts. */
    Path runtime() {
        return root().resolve(Layer.HOME);
    }

    /** Downloaded Debian packages; they survive from build to build. */
    Path debs() {
        return directory.resolve("debs");
    }

    Path unpacked() {
        return directory.resolve("debian");
    }

    Path modules() {
        return directory.resolve("modules");
    }

    /** The layers as plain tar files, and the tar that hands them to Jib. */
    Path layers() {
        return directory.resolve("layers");
    }

    Path base() {
        return layers().resolve("base.tar");
    }

    /** What the training runs read and write. */
    Path training() {
        return directory.resolve("training");
    }

    /** Jib's own caches, kept out of the user's home. */
    Path jib() {
        return directory.resolve("jib");
    }

    /** The finished image. */
    Path image() {
        return directory.resolve("route-fix-image.tar");
    }

    /** The manifest digest of the image, one line. */
    Path digest() {
        return directory.resolve("route-fix-image.digest");
    }

    /** What the image is made of, a copy of what is in it. */
    Path bill() {
        return directory.resolve("route-fix-image.cdx.json");
    }

    /** The images of all architectures, where there are several. */
    Path index() {
        return directory.resolve("route-fix-index.tar");
    }

    /** What joins them, byte for byte as a registry is told. */
    Path indexDocument() {
        return directory.resolve("route-fix-index.json");
    }

    /** Java's arguments for {@code make push}, so that a push needs no Maven. */
    Path pushArguments() {
        return directory.resolve("push.args");
    }

    /** An empty directory at that path, whatever was there before. */
    static Path fresh(Path path) {
        try {
            if (Files.exists(path)) {
                Files.walkFileTree(path, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                            throws IOException {
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
            }
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty " + path, e);
        }
    }
}
