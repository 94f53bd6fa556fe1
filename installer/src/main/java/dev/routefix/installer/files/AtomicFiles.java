package dev.routefix.installer.files;

import dev.routefix.installer.plan.Content;
import dev.routefix.netlink.sys.PageCache;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that are there whole or not at all, also when the power goes: written beside the target, synced, then renamed over it. The target
 * itself is never opened: it may be running ("text file busy"), or be a link to something shared. The rename happens within the directory
 * because containerd does not notice a file that comes from elsewhere.
 */
public final class AtomicFiles {

    /** No container runtime reads a file that ends like this. */
    static final String TEMPORARY = ".route-fix-tmp";

    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

    private AtomicFiles() {}

    /** Puts the content in place of whatever is at {@code target}, a directory excepted. Missing parents are made. */
    public static void write(Path target, Content content, boolean executable) throws IOException {
        var parent = parentOf(target);
        Files.createDirectories(parent);
        var temporary = parent.resolve(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + TEMPORARY);
        Files.deleteIfExists(temporary);
        try {
            fill(temporary, content);
            permit(temporary, executable);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        sync(parent);
    }

    /** Writes the content to a file that is not there yet, and through to the disk. */
    private static void fill(Path file, Content content) throws IOException {
        switch (content) {
            case Content.Made made -> {
                try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    var bytes = ByteBuffer.wrap(made.bytes());
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    channel.force(true);
                }
            }
            case Content.CopyOf copy -> {
                copy(copy.source(), file);
            }
        }
    }

    /**
     * Copies to a file that is not there yet, and through to the disk. The kernel copies by itself, so it takes the JVM next to no time, and
     * gives up both files' pages, so it takes no memory either.
     *
     * @throws IOException also for a copy that ended early without an error, as on some network file systems
     */
    static void copy(Path source, Path file) throws IOException {
        Files.copy(source, file);
        sync(file);
        if (Files.size(file) != Files.size(source)) {
            throw new IOException("the copy of " + source + " has another size");
        }
        PageCache.forget(source);
        PageCache.forget(file);
    }

    /** Gives a file of ours its mode. */
    static void permit(Path file, boolean executable) throws IOException {
        Files.setPosixFilePermissions(file, executable ? EXECUTABLE : READABLE);
    }

    /** Writes file or directory through to the disk. */
    static void sync(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes what a killed predecessor left in a directory. Only one process at a time may be at work: see {@link FileLocks}. */
    public static void sweep(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var files = Files.newDirectoryStream(directory, ".*" + TEMPORARY)) {
            for (var file : files) {
                deleteTree(file);
            }
        }
    }

    /** Removes a file, or a directory with all that is in it; links are not followed. */
    public static void deleteTree(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (var children = Files.newDirectoryStream(path)) {
                for (var child : children) {
                    deleteTree(child);
                }
            }
        }
        Files.deleteIfExists(path);
    }

    /** Removes a directory if nothing is in it. Where it is a mount of the container it stays, as only the host can remove it. */
    public static void deleteIfEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
        } catch (FileSystemException inUse) {
            // somebody else's things, or a mount point ("busy", "read-only")
        }
    }

    public static Path parentOf(Path file) {
        var parent = file.getParent();
        return parent == null ? Path.of("/") : parent;
    }
}
