package dev.routefix.plugin;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * On a node that is given up and has no resident any more, the plugin's calls are all that still happens. They leave a process behind that serves the
 * last pods' IPAM, and takes everything away when their sandboxes have been removed: the installer of the runtime this plugin runs in, as {@code retire}.
 */
public final class RetireProcess {

    /** The setting that names a socket which the rest of the chain needs; none if it is empty. */
    public static final String AWAIT = "await";

    /** In {@code /run/route-fix}: whose holder is the one process of this kind. */
    public static final String LOCK = "retire.lock";

    /** What the IPAM plugin that is called right after us can wait for. */
    private static final Duration START = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(20);

    private RetireProcess() {}

    /**
     * Starts one unless there is one already, and waits until what it serves is there. Where many pods leave at once, a second Java for each of their calls
     * would keep all of them from leaving. The one that is there sees what this call has done: when it lets go of its lock it looks once more.
     *
     * @param home the runtime's directory on the host
     * @param run {@code /run/route-fix}
     */
    static void start(Path home, Map<String, String> settings, Path run) throws IOException {
        var started = isThere(run.resolve(LOCK)) ? null : launch(home, settings, run.resolve("retirement.log"));
        var socket = settings.getOrDefault(AWAIT, "");
        long deadline = System.nanoTime() + START.toNanos();
        while (!socket.isEmpty()
                && !Files.exists(Path.of(socket))
                && (started == null || started.isAlive())
                && System.nanoTime() < deadline) {
            pause();
        }
    }

    /** Whether a process holds the lock. Who asks while another does takes that one for it, which then starts one. */
    private static boolean isThere(Path lock) throws IOException {
        try (var channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                var mine = channel.tryLock()) {
            return mine == null;
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    private static Process launch(Path home, Map<String, String> settings, Path log) throws IOException {
        var process = new ProcessBuilder(command(home));
        // what the runtime was started with is its own business, and may lead a JVM, a loader or iptables astray
        var environment = process.environment();
        environment.clear();
        environment.putAll(settings);
        environment.put("XTABLES_LIBDIR", home.resolve("xtables").toString());
        process.redirectErrorStream(true);
        process.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Files.createDirectories(log.toAbsolutePath().getParent());
        var started = process.start();
        started.getOutputStream().close();
        return started;
    }

    private static List<String> command(Path home) {
        return List.of(
                home + "/bin/ld.so",
                "--library-path",
                home + "/glibc:" + home + "/lib:" + home + "/lib/server",
                home + "/bin/java",
                "-Djna.boot.library.path=" + home + "/lib",
                "-Djdk.lang.Process.launchMechanism=FORK",
                "-Droutefix.home=" + home,
                "@" + home + "/installer.args",
                "retire");
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
