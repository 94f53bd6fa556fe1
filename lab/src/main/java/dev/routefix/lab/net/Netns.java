package dev.routefix.lab.net;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Output;
import dev.routefix.lab.run.Processes;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A network namespace: processes run in it, and so do threads, whose sockets then stay in it. One that was made here is deleted by
 * closing it, together with every process inside; one that was found ({@link #at}) is left alone.
 */
public final class Netns implements AutoCloseable {
    private static final Path DIRECTORY = Path.of("/run/netns");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** CLONE_NEWNET of linux/sched.h: only a network namespace will do. */
    private static final int CLONE_NEWNET = 0x40000000;
    /** O_RDONLY | O_CLOEXEC of asm-generic/fcntl.h. */
    private static final int READ_ONLY = 0x80000;

    private final Path path;
    private final boolean ours;

    private Netns(Path path, boolean ours) {
        this.path = path;
        this.ours = ours;
    }

    /** A new namespace with nothing but a loopback that is down; its name carries {@code hint} and this run's id. */
    public static Netns create(String hint) {
        return createAll(List.of(hint)).getFirst();
    }

    /** Several at once, in the order of their hints. */
    public static List<Netns> createAll(List<String> hints) {
        requireRoot();
        List<String> names = hints.stream().map(Run.current()::name).toList();
        Command.of("ip", "-batch", "-")
                .stdin(names.stream().map(name -> "netns add " + name + "\n").collect(Collectors.joining()))
                .run();
        return names.stream()
                .map(name -> new Netns(DIRECTORY.resolve(name), true))
                .toList();
    }

    private static void requireRoot() {
        if (!isRoot()) {
            throw new IllegalStateException("making network namespaces needs root: run this as root");
        }
    }

    /** Whether this process may make namespaces. */
    public static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Somebody's namespace by its file, such as {@code /proc/PID/ns/net}. */
    public static Netns at(Path path) {
        return new Netns(path, false);
    }

    public Path path() {
        return path;
    }

    public long inode() {
        return Run.inode(path);
    }

    /** A process that will run in here. */
    public Command command(List<String> argv) {
        return Command.of(argv).behind(List.of("nsenter", "--net=" + path, "--"));
    }

    public Command command(String... argv) {
        return command(List.of(argv));
    }

    public Output run(String... argv) {
        return command(argv).run();
    }

    /** Runs lines of {@code ip -batch} as one process; the first that fails ends it. */
    public void ip(String lines) {
        command("ip", "-batch", "-").stdin(lines).run();
    }

    /** What {@code ip -json -details ...} says. */
    public JsonNode show(String... arguments) {
        List<String> argv = Stream.concat(Stream.of("ip", "-json", "-details"), Stream.of(arguments))
                .toList();
        String text = command(argv).run().stdout();
        try {
            return JSON.readTree(text.isBlank() ? "[]" : text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The hardware address of one of its interfaces. */
    public String mac(String link) {
        return show("link", "show", "dev", link).path(0).path("address").asText();
    }

    /**
     * Does something inside, on a thread of its own that ends afterwards: setns(2) is per thread, and a thread that had to
     * return could fail to. Sockets opened here stay in this namespace and can be used from anywhere.
     */
    public <T> T call(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter();
            return work.call();
        });
        Thread.ofPlatform().daemon().name("in " + path.getFileName()).start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("in " + path + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + path, e);
        }
    }

    /** Sets a sysctl given with slashes, such as {@code net/ipv4/ip_forward}. */
    public void sysctl(String key, String value) {
        call(() -> Files.writeString(sysctlFile(key), value));
    }

    public String sysctl(String key) {
        return call(() -> Files.readString(sysctlFile(key)).strip());
    }

    @Override
    public void close() {
        if (!ours) {
            return;
        }
        try {
            Processes.killInNetns(inode());
        } catch (UncheckedIOException e) {
            return; // gone already
        }
        Command.of("ip", "netns", "delete", path.getFileName().toString()).attempt();
    }

    /** The kernel shows each thread the network sysctls of the namespace the thread is in. */
    private static Path sysctlFile(String key) {
        return Path.of("/proc/sys", key);
    }

    private void enter() throws IOException {
        int fd = Libc.open(path.toString(), READ_ONLY, 0);
        try {
            Libc.setns(fd, CLONE_NEWNET);
        } finally {
            Libc.close(fd);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
