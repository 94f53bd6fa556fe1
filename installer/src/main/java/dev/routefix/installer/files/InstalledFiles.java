package dev.routefix.installer.files;

import dev.routefix.cni.Json;
import dev.routefix.installer.plan.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of ours whose names others use too: which we put on the host, with their digests, so that an uninstallation takes away these
 * and no others. Kept in a file that survives reboots.
 */
public final class InstalledFiles {

    /** Of the list's form. A list of another one counts as one that cannot be read. */
    private static final int VERSION = 1;

    private final Path file;
    private final Path bad;
    private final Consumer<String> log;

    public InstalledFiles(Path file, Consumer<String> log) {
        this.file = file;
        this.bad = file.resolveSibling(file.getFileName() + ".bad");
        this.log = log;
    }

    /**
     * Digests by path. A list that cannot be read is kept aside and counts as empty: then the files stay on the host rather than somebody
     * else's go.
     */
    public Map<Path, String> read() {
        try {
            return parse(Json.read(Files.readAllBytes(file)));
        } catch (NoSuchFileException none) {
            return Map.of();
        } catch (IOException | IllegalArgumentException unreadable) {
            setAside(String.valueOf(unreadable.getMessage()));
            return Map.of();
        }
    }

    private static Map<Path, String> parse(Map<String, @Nullable Object> list) {
        if (!Integer.valueOf(VERSION).equals(list.get("version"))) {
            throw new IllegalArgumentException("its version is " + list.get("version") + " instead of " + VERSION);
        }
        if (!(list.get("files") instanceof Map<?, ?> files)) {
            throw new IllegalArgumentException("\"files\" is missing");
        }
        var digests = new LinkedHashMap<Path, String>();
        for (var entry : files.entrySet()) {
            if (!(entry.getValue() instanceof String digest)) {
                throw new IllegalArgumentException("the digest of " + entry.getKey() + " is missing");
            }
            digests.put(Path.of(String.valueOf(entry.getKey())), digest);
        }
        return digests;
    }

    private void setAside(String why) {
        try {
            Files.move(file, bad, StandardCopyOption.REPLACE_EXISTING);
            log.accept("the list of installed files " + file + " cannot be used (" + why + ") and is kept as " + bad
                    + ": what it named stays on this node when route-fix is removed");
        } catch (IOException e) {
            log.accept("the list of installed files " + file + " cannot be used (" + why + "), nor moved away: " + e);
        }
    }

    /** Nothing of it is needed any more. */
    public void forget() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(bad);
    }

    /** Recorded before the file is there: a record without its file does no harm. */
    public void add(Path installed, String digest) throws IOException {
        var digests = new LinkedHashMap<>(read());
        digests.put(installed, digest);
        write(digests);
    }

    public void remove(Path removed) throws IOException {
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
        var list = new LinkedHashMap<String, @Nullable Object>();
        list.put("version", VERSION);
        list.put("files", files);
        AtomicFiles.write(file, new Content.Text(Json.print(list)), false);
    }
}
