package dev.routefix.lifecycle;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes that were ever ours and, as far as we know, have not been removed: a file for each, named after its container id. It outlives the
 * attachments, and a reboot too, after which the runtime still asks for the networks of the sandboxes that were there before.
 */
final class SandboxLedger {

    /**
     * What is known of a sandbox of ours.
     *
     * @param netns the path that its last DEL named, which may be empty; null if none has come
     * @param since its ADD or its last DEL
     */
    record Entry(@Nullable String netns, Instant since) {}

    /** What ends the file of a sandbox whose DEL has come; the path stands before it. */
    private static final String LEFT = "\n";

    private final Path directory;

    /** @param state {@code /var/lib/route-fix} */
    SandboxLedger(Path state) {
        directory = state.resolve("sandboxes");
    }

    /** Its ADD. Not synced: what a power failure takes from here was made in the seconds before, and {@link #sync} comes before anything depends on it. */
    void enter(String id) {
        var file = directory.resolve(id);
        if (Files.exists(file)) {
            return;
        }
        try {
            create(file);
        } catch (FileAlreadyExistsException another) {
            // its other interface, at the same moment
        } catch (IOException e) {
            throw failed("write", file, e);
        }
    }

    private void create(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (NoSuchFileException first) {
            Files.createDirectories(directory);
            Files.createFile(file);
        }
    }

    /** One of its DELs; nothing for a sandbox that is not ours. */
    void leave(String id, String netns) {
        var file = directory.resolve(id);
        if (!Files.exists(file)) {
            return;
        }
        try {
            Files.write(file, (netns + LEFT).getBytes(StandardCharsets.UTF_8), StandardOpenOption.TRUNCATE_EXISTING);
        } catch (NoSuchFileException removed) {
            // it is over already
        } catch (IOException e) {
            throw failed("write", file, e);
        }
    }

    /** The ids of all of them. */
    List<String> ids() {
        var ids = new ArrayList<String>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                ids.add(file.getFileName().toString());
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw failed("list", directory, e);
        }
        return ids;
    }

    /** One of them; null if it has been removed. */
    @Nullable
    Entry find(String id) {
        var file = directory.resolve(id);
        try {
            var text = Files.readString(file);
            return new Entry(
                    text.endsWith(LEFT) ? text.substring(0, text.length() - LEFT.length()) : null,
                    Files.getLastModifiedTime(file).toInstant());
        } catch (NoSuchFileException removed) {
            return null;
        } catch (IOException e) {
            throw failed("read", file, e);
        }
    }

    /** It has been removed. */
    void remove(String id) {
        try {
            Files.deleteIfExists(directory.resolve(id));
        } catch (IOException e) {
            throw failed("remove", directory.resolve(id), e);
        }
    }

    /** Has everything entered so far survive a power failure. */
    void sync() {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw failed("sync", directory, e);
        }
    }

    /** Nothing of it is needed any more. */
    void forget() {
        ids().forEach(this::remove);
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw failed("remove", directory, e);
        }
    }

    private static CniException failed(String attempt, Path path, IOException e) {
        return new CniException(
                ErrorCode.IO_FAILURE,
                "cannot " + attempt + " " + path + ": is the disk full or read-only?",
                e.toString());
    }
}
