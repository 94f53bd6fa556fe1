package dev.routefix.attachment;

import static java.nio.file.StandardOpenOption.CREATE;
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
final class RecordFiles {

    private static final Set<StandardOpenOption> EMPTY_FILE = Set.of(CREATE, TRUNCATE_EXISTING, WRITE);

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(EnumSet.of(OWNER_READ, OWNER_WRITE));

    private static final FileAttribute<?> OWNERS_DIRECTORY =
            PosixFilePermissions.asFileAttribute(EnumSet.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE));

    /** Of a file that is being written. */
    static final String TEMPORARY = ".tmp";

    private RecordFiles() {}

    /**
     * Atomic for readers and for a crash of this process; a crash of the machine empties /run anyway. Nobody else writes meanwhile
     * ({@link Attachments#exclusively}), so what a crash has left under the temporary name may be overwritten.
     */
    static void write(Path directory, String name, String text) {
        var file = directory.resolve(name);
        var temporary = directory.resolve(name + TEMPORARY);
        try (var channel = open(directory, name + TEMPORARY)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            temporary.toFile().delete();
            throw failed("write", file, e);
        }
    }

    static FileChannel open(Path directory, String name) throws IOException {
        var file = directory.resolve(name);
        try {
            return FileChannel.open(file, EMPTY_FILE, OWNER_ONLY);
        } catch (NoSuchFileException first) {
            Files.createDirectories(directory, OWNERS_DIRECTORY);
            return FileChannel.open(file, EMPTY_FILE, OWNER_ONLY);
        }
    }

    /** All of it, unless it is larger than a record can be. */
    static byte[] bytes(Path file, int largest) throws IOException {
        if (Files.size(file) > largest) {
            throw new IOException("it has " + Files.size(file) + " bytes");
        }
        return Files.readAllBytes(file);
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed("delete", file, e);
        }
    }

    static RuntimeException failed(String attempt, Path path, IOException e) {
        return new CniException(
                ErrorCode.IO_FAILURE,
                "cannot " + attempt + " " + path + ": " + e.getClass().getSimpleName()
                        + ", is the directory writable and not full?",
                e.toString());
    }
}
