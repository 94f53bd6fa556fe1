package dev.routefix.installer.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A lock that the kernel drops when its holder dies. The file stays; only who removes the whole directory removes it. */
public final class FileLocks implements AutoCloseable {

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
        Files.createDirectories(AtomicFiles.parentOf(file));
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
