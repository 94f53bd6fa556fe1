package dev.routefix.attachment;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.Json;
import dev.routefix.record.RecordFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces that we make: {@code made/<containerID>@<ifname>} below {@code /run/route-fix}, from when it has its addresses until all of it is
 * gone. They tell a pod whose interface is ours from one that another plugin has made before us.
 */
public final class MadeInterfaces {

    /** A configuration may be as large as a call. */
    private static final int LARGEST = 2 << 20;

    private final Path directory;

    /** @param root {@code /run/route-fix} */
    public MadeInterfaces(Path root) {
        directory = directoryOf(root);
    }

    /** Where they are. */
    public static Path directoryOf(Path root) {
        return root.resolve("made");
    }

    /** Whether this one is ours. */
    public static boolean isMade(Path root, AttachmentId id) {
        return Files.exists(directoryOf(root).resolve(id.toString()));
    }

    public void save(MadeInterface made) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("network", made.network());
        json.put("env", made.environment());
        json.put("conf", made.conf());
        json.put("given", made.given());
        RecordFiles.write(directory, made.id().toString(), Json.write(json));
    }

    /** Null if there is none, or none that can be read. */
    public @Nullable MadeInterface find(AttachmentId id) {
        var file = directory.resolve(id.toString());
        try {
            return Files.exists(file) ? read(id, Json.read(RecordFiles.bytes(file, LARGEST))) : null;
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** Every one that can be read. */
    public List<MadeInterface> all() {
        var found = new ArrayList<MadeInterface>();
        try (var files = Files.newDirectoryStream(directory, "*@*")) {
            for (var file : files) {
                var name = file.getFileName().toString();
                int at = name.indexOf('@');
                var made = name.endsWith(RecordFiles.TEMPORARY)
                        ? null
                        : find(new AttachmentId(name.substring(0, at), name.substring(at + 1)));
                if (made != null) {
                    found.add(made);
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw RecordFiles.failed("list", directory, e);
        }
        return found;
    }

    public void forget(AttachmentId id) {
        RecordFiles.delete(directory.resolve(id.toString()));
    }

    private static @Nullable MadeInterface read(AttachmentId id, Map<String, @Nullable Object> json) {
        if (!(json.get("network") instanceof String network)
                || !(json.get("env") instanceof Map<?, ?> env)
                || !(json.get("conf") instanceof Map<?, ?> conf)
                || !(json.get("given") instanceof Map<?, ?> given)) {
            return null;
        }
        var environment = new HashMap<String, String>();
        for (var variable : env.entrySet()) {
            environment.put(String.valueOf(variable.getKey()), String.valueOf(variable.getValue()));
        }
        return new MadeInterface(id, network, environment, asObject(conf), asObject(given));
    }

    @SuppressWarnings("unchecked") // keys of JSON objects are strings
    private static Map<String, @Nullable Object> asObject(Map<?, ?> conf) {
        return (Map<String, @Nullable Object>) conf;
    }
}
