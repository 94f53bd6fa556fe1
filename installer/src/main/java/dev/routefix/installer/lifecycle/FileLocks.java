package dev.routefix.installer.lifecycle;

import dev.routefix.installer.files.AtomicFiles;
import dev.routefix.installer.log.HostProblem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A lock that the kernel drops when its holder dies. The file stays; only who removes the whole directory removes it. */
public final class FileLocks implements AutoCloseable {

    private static final Set<StandardOpenOption> TO_LOCK = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);

    /** Who may read a file may lock it against us (fcntl(2), F_RDLCK). */
    private static final FileAttribute<?> OWN_FILE = owner("rw-------");

    private static final FileAttribute<?> OWN_DIRECTORY = owner("rwx------");

    private final FileChannel channel;

    private FileLocks(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits until no other process holds the lock. */
    public static FileLocks wait(Path file) {
        try {
            var channel = open(file);
            try {
                return held(channel.lock(), channel);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw HostProblem.of("lock " + file, e);
        }
    }

    /** Takes the lock, or returns null if another process, or this one already, holds it. */
    public static @Nullable FileLocks tryNow(Path file) {
        try {
            var channel = open(file);
            try {
                var lock = channel.tryLock();
                if (lock != null) {
                    return held(lock, channel);
                }
            } catch (OverlappingFileLockException ourselves) {
                // as good as another process's
            }
            channel.close();
            return null;
        } catch (IOException e) {
            throw HostProblem.of("lock " + file, e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        Files.createDirectories(AtomicFiles.parentOf(file), OWN_DIRECTORY);
        return FileChannel.open(file, TO_LOCK, OWN_FILE);
    }

    private static FileAttribute<?> owner(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    private static FileLocks held(FileLock lock, FileChannel channel) throws IOException {
        if (!lock.isValid()) {
            throw new IOException("lock lost");
        }
        return new FileLocks(channel);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new HostProblem("cannot release a lock: " + e.getMessage(), e);
        }
    }
}
