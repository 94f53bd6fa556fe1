package dev.routefix.installer.layout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container runtime as it runs, by its command line.
 *
 * @param pid as {@code /proc} has it
 * @param words of the command line
 */
record RuntimeProcess(String pid, Kind kind, List<String> words) {

    /** The runtimes whose configuration we can read, by the first letters of their processes' names. */
    enum Kind {
        /** Each container's parent is a process of its own. */
        CONTAINERD("containerd", "containerd-shim"),
        CRIO("crio", "conmon");

        final String called;
        private final String parent;

        Kind(String called, String parent) {
            this.called = called;
            this.parent = parent;
        }
    }

    /** What brought a container up, and stays its parent. */
    record Parent(Kind kind, String address) {}

    RuntimeProcess {
        words = List.copyOf(words);
    }

    /** The runtime's part in the process that is our parent; null if that is no runtime's. */
    static @Nullable Parent parent(Path process) {
        var name = name(process);
        for (var kind : Kind.values()) {
            if (name.startsWith(kind.parent)) {
                return new Parent(kind, option(words(process), "", "address"));
            }
        }
        return null;
    }

    /** All that see the same mounts as our parent does, and so are on our node. */
    static List<RuntimeProcess> beside(Path proc, Path parent, Kind kind) {
        var found = new ArrayList<RuntimeProcess>();
        var mounts = mounts(parent);
        try (var processes = Files.newDirectoryStream(proc)) {
            for (var process : processes) {
                var pid = String.valueOf(process.getFileName());
                if (Character.isDigit(pid.charAt(0))
                        && name(process).equals(kind.called)
                        && mounts != null
                        && mounts.equals(mounts(process))) {
                    found.add(new RuntimeProcess(pid, kind, words(process)));
                }
            }
        } catch (IOException unreadable) {
            // then none is found
        }
        return found;
    }

    /** The value of an option of the command line, in one word or in two; the default if it is not there. */
    String option(String shortName, String longName, String byDefault) {
        var value = option(words, shortName, longName);
        return value.isEmpty() ? byDefault : value;
    }

    private static String option(List<String> words, String shortName, String longName) {
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            int begin = word.startsWith("--") ? 2 : word.startsWith("-") ? 1 : 0;
            int end = word.indexOf('=');
            var name = word.substring(begin, end < begin ? word.length() : end);
            if (begin > 0 && (name.equals(shortName) || name.equals(longName))) {
                return end >= begin ? word.substring(end + 1) : i + 1 < words.size() ? words.get(i + 1) : "";
            }
        }
        return "";
    }

    private static @Nullable Path mounts(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/mnt"));
        } catch (IOException gone) {
            return null;
        }
    }

    private static String name(Path process) {
        return read(process.resolve("comm")).strip();
    }

    private static List<String> words(Path process) {
        return List.of(read(process.resolve("cmdline")).split("\0"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
