package dev.routefix.installer.host;

import dev.routefix.cni.Json;
import dev.routefix.installer.plan.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of ours whose names others use too: which we put on the host, with their digests, so that an uninstallation takes away these
 * and no others. Kept in a file that survives reboots.
 */
final class InstalledFiles {

    private final Path file;

    InstalledFiles(Path file) {
        this.file = file;
    }

    /** Digests by path. A list that cannot be read counts as empty: then the files stay on the host rather than somebody else's go. */
    Map<Path, String> read() {
        var digests = new LinkedHashMap<Path, String>();
        try {
            if (Json.read(Files.readAllBytes(file)).get("files") instanceof Map<?, ?> files) {
                for (var entry : files.entrySet()) {
                    if (entry.getKey() instanceof String path && entry.getValue() instanceof String digest) {
                        digests.put(Path.of(path), digest);
                    }
                }
            }
        } catch (NoSuchFileException none) {
            // nothing installed yet
        } catch (IOException unreadable) {
            return Map.of();
        }
        return digests;
    }

    /** Recorded before the file is written: a record without its file does no harm. */
    void add(Path installed, String digest) throws IOException {
        var digests = new LinkedHashMap<>(read());
        digests.put(installed, digest);
        write(digests);
    }

    void remove(Path removed) throws IOException {
        var digests = new LinkedHashMap<>(read());
        if (digests.remove(removed) != null) {
            write(digests);
        }
    }

    private void write(Map<Path, String> digests) throws IOException {
        if (digests.isEmpty()) {
            Files.deleteIfExists(file);
            return;
        }
        var files = new LinkedHashMap<String, Object>();
        digests.forEach((path, digest) -> files.put(path.toString(), digest));
        AtomicFiles.write(file, new Content.Text(Json.print(new LinkedHashMap<>(Map.of("files", files)))), false);
    }
}
