package dev.routefix.installer.lifecycle;

import dev.routefix.installer.files.AtomicFiles;
import dev.routefix.installer.log.HostProblem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A lock that the kernel drops when its holder dies. The file stays; only who removes the whole directory removes it.
 *
 * <p>To the kernel the holder is the process, and it drops the lock when the process closes <em>any</em> descriptor of the file (fcntl(2), "Record
 * locks"). So nobody here opens a file that this process has locked: {@link #HELD}.
 */
public final class FileLocks implements AutoCloseable {

    private static final Set<StandardOpenOption> TO_LOCK = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);

    /** Who may read a file may lock it against us (fcntl(2), F_RDLCK). */
    private static final FileAttribute<?> OWN_FILE = owner("rw-------");

    private static final FileAttribute<?> OWN_DIRECTORY = owner("rwx------");

    /**
     * The files this process has locked, or is about to, each with its lock. Here a lock is kept also where nobody refers to it any more: Java closes the
     * channel of such a file, and the kernel then lets go of the lock.
     */
    private static final Map<Path, Object> HELD = new ConcurrentHashMap<>();

    private final Path file;
    private final FileChannel channel;

    private FileLocks(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Waits until no other process holds the lock. */
    public static FileLocks wait(Path file) {
        var lock = take(file, true);
        if (lock == null) {
            throw new IllegalStateException("this process holds " + file + " already");
        }
        return lock;
    }

    /** Takes the lock, or returns null if another process, or this one already, holds it. */
    public static @Nullable FileLocks tryNow(Path file) {
        return take(file, false);
    }

    private static @Nullable FileLocks take(Path file, boolean waits) {
        var path = file.toAbsolutePath().normalize();
        if (HELD.putIfAbsent(path, path) != null) {
            return null;
        }
        FileLocks taken = null;
        try {
            taken = locked(path, waits);
            if (taken != null) {
                HELD.put(path, taken);
            }
            return taken;
        } catch (IOException e) {
            throw HostProblem.of("lock " + file, e);
        } finally {
            if (taken == null) {
                HELD.remove(path);
            }
        }
    }

    private static @Nullable FileLocks locked(Path path, boolean waits) throws IOException {
        while (true) {
            var before = identity(path);
            var channel = FileChannel.open(path, TO_LOCK, OWN_FILE);
            try {
                var lock = waits ? channel.lock() : channel.tryLock();
                if (lock == null) {
                    channel.close();
                    return null;
                }
                if (before != null && before.equals(identity(path))) {
                    return new FileLocks(path, channel);
                }
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            // it was made just now, or its holder removed the whole directory before it let go: what is at the path is
            // to be locked
            channel.close();
        }
    }

    /** Which file is at the path; null if there is none. To open it would mean to close it again. */
    private static @Nullable Object identity(Path path) throws IOException {
        try {
            Files.createDirectories(AtomicFiles.parentOf(path), OWN_DIRECTORY);
            return Files.getAttribute(path, "unix:ino");
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    private static FileAttribute<?> owner(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new HostProblem("cannot release a lock: " + e.getMessage(), e);
        } finally {
            HELD.remove(file);
        }
    }
}
