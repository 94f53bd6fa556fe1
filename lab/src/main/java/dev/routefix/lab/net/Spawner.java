package dev.routefix.lab.net;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts processes in namespaces with as little around them as can be, and times them: posix_spawn(3), waitpid(2) and nothing else lies
 * between the two looks at the clock. A thread of its own lives in the namespaces, so no {@code nsenter} is counted either.
 */
public final class Spawner implements AutoCloseable {
    /** Of linux/sched.h. */
    private static final int CLONE_FS = 0x200;
    /** Of asm-generic/fcntl.h. */
    private static final int READ_ONLY = 0;

    private static final int READ_ONLY_CLOEXEC = 0x80000;
    /** O_WRONLY | O_CREAT | O_TRUNC. */
    private static final int REWRITE = 01 | 0100 | 01000;

    private static final int OWNER_ONLY = 0600;
    private static final int EINTR = 4;
    /** Larger than posix_spawn_file_actions_t of any architecture (80 bytes on x86-64). */
    private static final int FILE_ACTIONS = 256;

    private final ExecutorService thread;

    private Spawner(ExecutorService thread) {
        this.thread = thread;
    }

    /** One whose processes run in the namespaces behind these files, such as {@code /proc/PID/ns/net}. */
    public static Spawner in(List<Path> namespaces) {
        Spawner spawner = new Spawner(Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("spawner").factory()));
        spawner.call(() -> {
            enter(namespaces);
            return 0;
        });
        return spawner;
    }

    private static void enter(List<Path> namespaces) {
        // A thread that shares its root directory with others may not enter a mount namespace.
        Libc.unshare(CLONE_FS);
        // Opened before any is entered: afterwards the paths may lead elsewhere.
        List<Integer> files = namespaces.stream()
                .map(path -> Libc.open(path.toString(), READ_ONLY_CLOEXEC, 0))
                .toList();
        files.forEach(fd -> Libc.setns(fd, 0));
        files.forEach(Libc::close);
    }

    /**
     * A process that can be started any number of times.
     *
     * @param argv the first word is the path of the executable
     * @param environment all of it: nothing is inherited
     * @param stdin the file it reads, from the beginning each time
     * @param stdout the file it writes, emptied before each time
     * @param stderr as {@code stdout}
     */
    public record Job(List<String> argv, Map<String, String> environment, Path stdin, Path stdout, Path stderr) {

        /** The same with this to read from now on. */
        public Job reading(String text) {
            try {
                Files.writeString(stdin, text);
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** What it wrote to its stdout the last time. */
        public String out() {
            return text(stdout);
        }

        /** What it wrote to its stderr the last time. */
        public String err() {
            return text(stderr);
        }

        private static String text(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A job in the C library's own memory, so that nothing has to be converted while the clock runs. */
    public static final class Prepared implements AutoCloseable {
        private final Job job;
        private final Memory path;
        private final Memory argv;
        private final Memory environment;
        private final Memory fileActions = new Memory(FILE_ACTIONS);
        private final List<Memory> strings = new ArrayList<>();
        private final Memory result = new Memory(Integer.BYTES);

        private Prepared(Job job) {
            this.job = job;
            path = string(job.argv().getFirst());
            argv = array(job.argv());
            environment = array(job.environment().entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .toList());
            Libc.posix_spawn_file_actions_init(fileActions);
            Libc.posix_spawn_file_actions_addopen(fileActions, 0, job.stdin().toString(), READ_ONLY, 0);
            Libc.posix_spawn_file_actions_addopen(fileActions, 1, job.stdout().toString(), REWRITE, OWNER_ONLY);
            Libc.posix_spawn_file_actions_addopen(fileActions, 2, job.stderr().toString(), REWRITE, OWNER_ONLY);
        }

        public static Prepared of(Job job) {
            return new Prepared(job);
        }

        public Job job() {
            return job;
        }

        private Memory array(List<String> words) {
            Memory array = new Memory((long) Long.BYTES * (words.size() + 1));
            for (int i = 0; i < words.size(); i++) {
                Memory word = string(words.get(i));
                strings.add(word);
                array.setPointer((long) Long.BYTES * i, word);
            }
            array.setPointer((long) Long.BYTES * words.size(), Pointer.NULL);
            return array;
        }

        private static Memory string(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            Memory memory = new Memory(bytes.length + 1L);
            memory.write(0, bytes, 0, bytes.length);
            memory.setByte(bytes.length, (byte) 0);
            return memory;
        }

        private int start() {
            int error = Libc.posix_spawn(result, path, fileActions, Pointer.NULL, argv, environment);
            if (error != 0) {
                throw new IllegalStateException(
                        "cannot start " + job.argv().getFirst() + ": " + new LastErrorException(error).getMessage());
            }
            return result.getInt(0);
        }

        private int await(int pid) {
            while (true) {
                try {
                    Libc.waitpid(pid, result, 0);
                    return exit(result.getInt(0));
                } catch (LastErrorException e) {
                    if (e.getErrorCode() != EINTR) {
                        throw e;
                    }
                }
            }
        }

        @Override
        public void close() {
            Libc.posix_spawn_file_actions_destroy(fileActions);
        }
    }

    /**
     * Processes that ended.
     *
     * @param exits their exit codes, in the order of the jobs; a shell's 128 + n for one that was killed by signal n
     * @param began {@link System#nanoTime} before the first was started
     * @param ended the same after the last had ended
     */
    public record Ended(List<Integer> exits, long began, long ended) {
        public Ended {
            exits = List.copyOf(exits);
        }

        public long nanos() {
            return ended - began;
        }
    }

    /** Starts one and waits for its end. */
    public Ended run(Prepared job) {
        return call(() -> {
            long began = System.nanoTime();
            int exit = job.await(job.start());
            return new Ended(List.of(exit), began, System.nanoTime());
        });
    }

    /** Starts all, one right after the other, and then waits for the end of each. */
    public Ended runAll(List<Prepared> jobs) {
        return call(() -> {
            int[] pids = new int[jobs.size()];
            List<Integer> exits = new ArrayList<>();
            long began = System.nanoTime();
            for (int i = 0; i < pids.length; i++) {
                pids[i] = jobs.get(i).start();
            }
            for (int i = 0; i < pids.length; i++) {
                exits.add(jobs.get(i).await(pids[i]));
            }
            return new Ended(exits, began, System.nanoTime());
        });
    }

    private <T> T call(Callable<T> work) {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The exit code in a wait status (wait(2)). */
    private static int exit(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? status >> Byte.SIZE & 0xff : 128 + signal;
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
