package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files this process has mapped: its libraries and its classes. In a small memory limit the kernel drops pages of them and reads them again
 * when they are needed, by default with many around them (readahead, up to 8 MiB on some disks), for which it drops others: with more around
 * than the limit leaves room for, the process does nothing else any more.
 */
public final class MappedFiles {

    /** Where one of them lies. */
    record Mapping(long address, long size) {}

    private MappedFiles() {}

    /** Has single pages read from now on. It is advice, so one that the kernel does not take does no harm. */
    public static void readPageByPage() {
        for (Mapping mapping : mappings()) {
            try {
                LibC.madvise(mapping.address(), mapping.size(), LibC.MADV_RANDOM);
            } catch (LastErrorException refused) {
                // then it stays as it is
            }
        }
    }

    private static List<Mapping> mappings() {
        try {
            return parse(Files.readAllLines(Path.of("/proc/self/maps")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read /proc/self/maps", e);
        }
    }

    /** Reads lines such as {@code 7f5f1d000-7f5fa9000 r-xp 002e3000 00:28 2327046 /lib/libc.so.6} (proc(5)); those without a file are left out. */
    static List<Mapping> parse(List<String> lines) {
        var mappings = new ArrayList<Mapping>();
        for (String line : lines) {
            int dash = line.indexOf('-');
            int blank = line.indexOf(' ');
            if (line.indexOf('/', blank) > 0) {
                long start = Long.parseLong(line, 0, dash, 16);
                mappings.add(new Mapping(start, Long.parseLong(line, dash + 1, blank, 16) - start));
            }
        }
        return mappings;
    }
}
