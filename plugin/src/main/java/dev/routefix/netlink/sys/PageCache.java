package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Advice to the kernel about pages of files it keeps in memory. They are charged to the memory limit of who read them first. Where the limit is
 * small, pages that nobody needs drive out those of the program itself, which are then read again and again. Advice that the kernel does not
 * take does no harm, so nothing here fails.
 */
public final class PageCache {

    /** A part of a file that is mapped into this process: its libraries and its classes. */
    record Mapping(long address, long size, String file) {}

    private PageCache() {}

    /**
     * From now on, has what this process has mapped read by single pages, not with all that is around them (readahead, up to 8 MiB on some disks), and
     * gives up what was read that way so far.
     */
    public static void keepToWhatIsUsed() {
        Set<String> files = new LinkedHashSet<>();
        for (Mapping mapping : mappings()) {
            try {
                LibC.madvise(mapping.address(), mapping.size(), LibC.MADV_RANDOM);
            } catch (LastErrorException refused) {
                // then it stays as it is
            }
            files.add(mapping.file());
        }
        files.forEach(PageCache::forget);
    }

    /** Gives up a file's pages, but for those that are mapped or not on the disk yet. */
    public static void forget(Path file) {
        forget(file.toString());
    }

    private static void forget(String file) {
        try {
            int fd = LibC.open(file, LibC.O_RDONLY | LibC.O_CLOEXEC);
            try {
                LibC.forget(fd);
            } finally {
                LibC.close(fd);
            }
        } catch (LastErrorException goneOrNotOurs) {
            // then there is nothing to give up
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
            int file = line.indexOf('/', blank);
            if (file > 0) {
                long start = Long.parseLong(line, 0, dash, 16);
                long end = Long.parseLong(line, dash + 1, blank, 16);
                mappings.add(new Mapping(start, end - start, line.substring(file)));
            }
        }
        return mappings;
    }
}
