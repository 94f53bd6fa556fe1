package dev.routefix.lifecycle;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /var/lib/route-fix/node.json}: what a node that is given up is to us, and what is needed to end it. A node that is kept has no such file. */
final class PhaseFile {

    private static final int VERSION = 1;

    private final Path file;

    /** @param state {@code /var/lib/route-fix} */
    PhaseFile(Path state) {
        file = state.resolve("node.json");
    }

    /** A file that cannot be read says at least that the node was given up. */
    Phase phase() {
        if (!Files.exists(file)) {
            return Phase.KEPT;
        }
        return Phase.LEAVING.text.equals(read().get("phase")) ? Phase.LEAVING : Phase.RETIRING;
    }

    Map<String, String> settings() {
        var settings = new LinkedHashMap<String, String>();
        if (read().get("settings") instanceof Map<?, ?> members) {
            for (var member : members.entrySet()) {
                settings.put(String.valueOf(member.getKey()), String.valueOf(member.getValue()));
            }
        }
        return settings;
    }

    /** Where the container runtime keeps its sandboxes, as far as it was known. */
    List<String> runtimeDirectories() {
        var directories = new ArrayList<String>();
        if (read().get("runtimeDirectories") instanceof List<?> paths) {
            for (var path : paths) {
                directories.add(String.valueOf(path));
            }
        }
        return directories;
    }

    private Map<String, @Nullable Object> read() {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            return Json.read(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            return Map.of();
        }
    }

    /** Whole or not at all, also when the power goes. */
    void write(Phase phase, Map<String, String> settings, List<String> runtimeDirectories) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("version", VERSION);
        json.put("phase", phase.text);
        json.put("settings", settings);
        json.put("runtimeDirectories", runtimeDirectories);
        var temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.createDirectories(parent());
            try (var channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(Json.print(json).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            sync();
        } catch (IOException e) {
            throw failed("write", e);
        }
    }

    void remove() {
        try {
            if (Files.deleteIfExists(file)) {
                sync();
            }
        } catch (IOException e) {
            throw failed("remove", e);
        }
    }

    private void sync() throws IOException {
        try (var directory = FileChannel.open(parent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private Path parent() {
        return file.toAbsolutePath().resolveSibling("").normalize();
    }

    private CniException failed(String attempt, IOException e) {
        return new CniException(
                ErrorCode.IO_FAILURE,
                "cannot " + attempt + " " + file + ": is the disk full or read-only?",
                e.toString());
    }
}
