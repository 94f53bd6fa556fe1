package dev.routefix.installer.process;

import dev.routefix.delegate.HostPrograms;
import dev.routefix.installer.files.AtomicFiles;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.process.Subprocess;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The daemon of the host's own reference {@code dhcp} plugin as our child, in the host's root: it holds and renews the leases of pods whose chain asks
 * it. When it dies it is started again, after a pause that doubles from one second to {@link #LONGEST_PAUSE}.
 */
public final class DhcpDaemon implements AutoCloseable {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration STABLE = Duration.ofMinutes(1);
    private static final Duration START = Duration.ofSeconds(15);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(20);

    private final HostPrograms programs;
    private final Path executable;
    private final Path socket;
    private final String master;
    private final Log log;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable Thread supervisor;
    private volatile @Nullable Subprocess child;
    private volatile String saidLast = "nothing";
    private long hintedAt;

    /**
     * One that is not started yet.
     *
     * @param programs by which it is executed
     * @param executable its place on the host
     * @param master the interface on whose LAN the DHCP server is, for messages
     */
    public DhcpDaemon(HostPrograms programs, Path executable, Path socket, String master, Log log) {
        this.programs = programs;
        this.executable = executable;
        this.socket = socket;
        this.master = master;
        this.log = log;
    }

    /** Whether pods can reach a daemon, ours or another. */
    public static boolean answers(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException silent) {
            return false;
        }
    }

    /** Whether it is started, or about to be started again. */
    public boolean isSupervised() {
        return supervisor != null;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @throws HostProblem if it does not
     */
    public void start() throws IOException {
        if (programs.find(String.valueOf(executable.getParent()), String.valueOf(executable.getFileName())) == null) {
            throw new HostProblem("CHAIN=reference has the host's own " + executable
                    + " ask for pods' addresses, and there is no such program: install the CNI project's plugins on the node,"
                    + " or set CHAIN=own, which needs none of them");
        }
        Files.createDirectories(AtomicFiles.parentOf(socket));
        if (supervisor == null) {
            supervisor = Thread.ofPlatform().name("dhcp daemon").daemon().start(this::supervise);
        }
        long deadline = System.nanoTime() + START.toNanos();
        while (!answers(socket)) {
            if (System.nanoTime() > deadline || pause(POLL)) {
                throw new HostProblem("the dhcp daemon does not answer at " + socket + ", and said last: " + saidLast);
            }
        }
    }

    private void supervise() {
        var wait = Duration.ofSeconds(1);
        while (true) {
            long started = System.nanoTime();
            var end = runOnce();
            if (stopped.getCount() == 0) {
                return;
            }
            if (System.nanoTime() - started > STABLE.toNanos()) {
                wait = Duration.ofSeconds(1);
            }
            log.warn("the dhcp daemon " + end + "; it is started again in " + wait.toSeconds()
                    + " s, and does not know the leases of pods that are there");
            if (pause(wait)) {
                return;
            }
            wait = wait.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait.multipliedBy(2);
        }
    }

    /** Runs it until it ends; how it ended, in words. */
    private String runOnce() {
        var command = programs.command(executable.toString());
        command.addAll(List.of("daemon", "-socketpath", socket.toString()));
        var daemon = Subprocess.daemon(command);
        child = daemon;
        try {
            // a daemon that was killed leaves its socket, and the next one cannot bind to it
            Files.deleteIfExists(socket);
            return "ended with exit code " + daemon.executeUntilItEnds(this::said);
        } catch (IOException e) {
            return "cannot be run: " + e.getMessage();
        } finally {
            child = null;
        }
    }

    /** What to make of one line of its log. */
    void said(String line) {
        log.info("dhcp: " + line);
        saidLast = line;
        var words = line.toLowerCase(Locale.ROOT);
        boolean unanswered = words.contains("no dhcp packet received") || words.contains("no more tries");
        long now = System.nanoTime();
        if (unanswered && (hintedAt == 0 || now - hintedAt > STABLE.toNanos())) {
            hintedAt = now;
            log.warn("no DHCP server answers on " + master
                    + ": check that one serves this LAN, that it has addresses left, and that"
                    + " switch, hypervisor or access point let more than one hardware address through this port");
        }
    }

    /** Waits unless we are being stopped; true if we are. */
    private boolean pause(Duration duration) {
        try {
            return stopped.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Stops it and removes its socket, and the socket's directory if nobody else uses it. */
    @Override
    public void close() {
        stopped.countDown();
        var running = supervisor;
        if (running == null) {
            return;
        }
        try {
            while (running.isAlive()) {
                var daemon = child;
                if (daemon != null) {
                    daemon.stop(STOP);
                }
                running.join(POLL);
            }
            Files.deleteIfExists(socket);
            AtomicFiles.deleteIfEmpty(AtomicFiles.parentOf(socket));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.warn("cannot remove " + socket + ": " + e.getMessage());
        }
    }
}
