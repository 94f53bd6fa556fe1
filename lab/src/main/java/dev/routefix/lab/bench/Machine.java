package dev.routefix.lab.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What figures depend on. */
final class Machine {
    /** In a GiB. */
    private static final double KIBIBYTES = 1 << 20;

    private Machine() {}

    /** Such as {@code 2 cores, AMD EPYC, 8 GiB, Linux 6.18, Java 25.0.1}. */
    static String describe() {
        return String.format(
                Locale.ROOT,
                "%d cores, %s, %.0f GiB, Linux %s, Java %s",
                ManagementFactory.getOperatingSystemMXBean().getAvailableProcessors(),
                value("/proc/cpuinfo", "model name"),
                Double.parseDouble(value("/proc/meminfo", "MemTotal").replace(" kB", "")) / KIBIBYTES,
                System.getProperty("os.version").replaceFirst("^(\\d+\\.\\d+).*", "$1"),
                System.getProperty("java.version"));
    }

    /** The value of the first line with this key; the architecture where the file has none. */
    private static String value(String file, String key) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
