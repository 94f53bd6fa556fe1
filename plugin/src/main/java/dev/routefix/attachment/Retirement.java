package dev.routefix.attachment;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A node that is given up while pods are attached to it. Those keep their network, no pod is added, and when the last one has left, everything of ours
 * goes. The mark survives a reboot; what is asked of it is asked under the lock of {@link Attachments#exclusively}, so that no pod slips in between.
 */
public final class Retirement {

    /** The setting that names a socket which the rest of the chain needs; none if it is empty. */
    public static final String AWAIT = "await";

    /**
     * DEL calls the chain's plugins from the last to the first, and we come before macvlan and its IPAM. Their executables have to stay until the whole
     * chain is through: until the runtime removes the sandbox, or so long where it had gone before.
     */
    private static final Duration REST_OF_THE_CHAIN = Duration.ofSeconds(10);

    private final Path mark;
    private final Path leaving;
    private final Clock clock;

    /**
     * The retirement of this node.
     *
     * @param run {@code /run/route-fix}
     * @param home the directory of the plugin's runtimes, {@code <CNI_BIN_DIR>/.route-fix}, which is as lasting as what has to be taken away
     */
    public Retirement(Path run, Path home) {
        this(run, home, Clock.systemUTC());
    }

    Retirement(Path run, Path home, Clock clock) {
        mark = home.resolve("retired.json");
        leaving = run.resolve("leaving");
        this.clock = clock;
    }

    public boolean isOn() {
        return Files.exists(mark);
    }

    /**
     * Begins it.
     *
     * @param settings whatever is needed to take everything away later, from the host and without the container
     */
    public void begin(Map<String, String> settings) {
        try {
            Files.createDirectories(mark.toAbsolutePath().getParent());
            var temporary = mark.resolveSibling(mark.getFileName() + ".tmp");
            Files.write(temporary, Json.write(settings).getBytes(StandardCharsets.UTF_8));
            Files.move(temporary, mark, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("write", mark, e);
        }
    }

    /** The node is ours again, or nothing of us is left on it. */
    public void end() {
        try {
            Files.deleteIfExists(mark);
            if (Files.isDirectory(leaving)) {
                try (var files = Files.newDirectoryStream(leaving)) {
                    for (var file : files) {
                        Files.deleteIfExists(file);
                    }
                }
                Files.deleteIfExists(leaving);
            }
        } catch (IOException e) {
            throw failed("remove", mark, e);
        }
    }

    /** What {@link #begin} was given; empty if it cannot be read, and then the defaults have to do. */
    public Map<String, String> settings() {
        var settings = new LinkedHashMap<String, String>();
        try {
            Json.read(Files.readAllBytes(mark)).forEach((name, value) -> settings.put(name, String.valueOf(value)));
        } catch (IOException unreadable) {
            return Map.of();
        }
        return settings;
    }

    /**
     * Refuses an ADD.
     *
     * @throws CniException code 11 if it is on
     */
    public void refuse() {
        if (isOn()) {
            throw new CniException(
                    ErrorCode.TRY_AGAIN_LATER,
                    "route-fix has been removed from this node and stays only until the pods it has here are gone: new pods cannot be"
                            + " attached. Apply the route-fix DaemonSet again to keep using it, or drain the node to have it go");
        }
    }

    /** A pod's DEL has come to us, and the plugins before us in the chain are still to be called. */
    public void leaves(AttachmentId id, @Nullable String netns) {
        var file = leaving.resolve(id.toString());
        try {
            Files.createDirectories(leaving);
            Files.writeString(file, netns == null ? "" : netns);
        } catch (IOException e) {
            throw failed("write", file, e);
        }
    }

    /**
     * Whether some pod's DEL may still be under way.
     *
     * @param exists whether there is a sandbox at a path
     */
    public boolean isSomebodyLeaving(Predicate<String> exists) {
        try (var files = Files.newDirectoryStream(leaving)) {
            var recent = clock.instant().minus(REST_OF_THE_CHAIN);
            for (var file : files) {
                var netns = Files.readString(file);
                if (Files.getLastModifiedTime(file).toInstant().isAfter(recent)
                        || (!netns.isEmpty() && exists.test(netns))) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException nobody) {
            return false;
        } catch (IOException e) {
            throw failed("read", leaving, e);
        }
    }

    private static CniException failed(String attempt, Path path, IOException e) {
        return new CniException(
                ErrorCode.IO_FAILURE,
                "cannot " + attempt + " " + path + ": is the disk full or read-only?",
                e.toString());
    }
}
