package dev.routefix.netlink.sys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Time since the machine was started, which goes on while it sleeps and which nobody can set ({@code CLOCK_BOOTTIME} of clock_gettime(2)). The same in every process. */
public final class BootClock {

    /** {@code linux/time.h} */
    private static final int CLOCK_BOOTTIME = 7;

    private BootClock() {}

    /** Milliseconds. */
    public static long now() {
        var timespec = Buffers.SMALL.take();
        try {
            LibC.clockGettime(CLOCK_BOOTTIME, timespec);
            return timespec.getLong(0) * 1_000 + timespec.getLong(8) / 1_000_000;
        } finally {
            Buffers.SMALL.giveBack(timespec);
        }
    }

    /** What tells this start of the machine from all others. */
    public static String boot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell one start of this machine from another", e);
        }
    }
}
