package dev.routefix.record;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Small files that only their owner may read, written in one step. */
public final class RecordFiles {

    private static final Set<StandardOpenOption> EMPTY_FILE = Set.of(CREATE, TRUNCATE_EXISTING, WRITE);

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(EnumSet.of(OWNER_READ, OWNER_WRITE));

    private static final FileAttribute<?> OWNERS_DIRECTORY =
            PosixFilePermissions.asFileAttribute(EnumSet.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE));

    /** Of a file that is being written. */
    public static final String TEMPORARY = ".tmp";

    private RecordFiles() {}

    /**
     * Atomic for readers and for a crash of this process, not of the machine. Nobody else writes a file of that name meanwhile, so what a crash has left under the temporary name may be
     * overwritten.
     */
    public static void write(Path directory, String name, String text) {
        write(directory, name, text, false);
    }

    /** The same, and when it returns the file is on the disk. */
    public static void writeDurably(Path directory, String name, String text) {
        write(directory, name, text, true);
    }

    private static void write(Path directory, String name, String text, boolean durable) {
        var file = directory.resolve(name);
        var temporary = directory.resolve(name + TEMPORARY);
        try (var channel = open(directory, name + TEMPORARY)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (durable) {
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            if (durable) {
                sync(directory);
            }
        } catch (IOException e) {
            temporary.toFile().delete();
            throw failed("write", file, e);
        }
    }

    private static void sync(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        }
    }

    /** An empty file, in a directory that is made if it is not there. */
    public static FileChannel open(Path directory, String name) throws IOException {
        var file = directory.resolve(name);
        try {
            return FileChannel.open(file, EMPTY_FILE, OWNER_ONLY);
        } catch (NoSuchFileException first) {
            Files.createDirectories(directory, OWNERS_DIRECTORY);
            return FileChannel.open(file, EMPTY_FILE, OWNER_ONLY);
        }
    }

    /** All of it, unless it is larger than a record can be. */
    public static byte[] bytes(Path file, int largest) throws IOException {
        if (Files.size(file) > largest) {
            throw new IOException("it has " + Files.size(file) + " bytes");
        }
        return Files.readAllBytes(file);
    }

    /**
     * Deletes it.
     *
     * @return false if it was not there
     */
    public static boolean delete(Path file) {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed("delete", file, e);
        }
    }

    /** What the caller is told. */
    public static RuntimeException failed(String attempt, Path path, IOException e) {
        return new CniException(
                ErrorCode.IO_FAILURE,
                "cannot " + attempt + " " + path + ": " + e.getClass().getSimpleName()
                        + ", is the directory writable and not full?",
                e.toString());
    }
}
