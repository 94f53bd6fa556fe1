package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** What each layer weighs, as files and as a registry stores it. */
record SizeTable(String text) {
    private static final double MEBI = 1024 * 1024;

    static SizeTable of(Workspace workspace) throws IOException {
        var table = new StringBuilder(line("layer", "MiB", "packed MiB", ""));
        double whole = 0;
        double packedWhole = 0;
        for (Layer layer : Layer.values()) {
            Path tar = workspace.layers().resolve(layer.fileName());
            double size = Files.size(tar) / MEBI;
            double packed = packedSize(tar) / MEBI;
            whole += size;
            packedWhole += packed;
            table.append(line(layer.name().toLowerCase(Locale.ROOT), number(size), number(packed), layer.content()));
        }
        return new SizeTable(table.append(line("total", number(whole), number(packedWhole), ""))
                .toString());
    }

    @Override
    public String toString() {
        return text;
    }

    private static long packedSize(Path tar) throws IOException {
        var counter = new CountingSink();
        try (var gzip = new GZIPOutputStream(counter)) {
            Files.copy(tar, gzip);
        }
        return counter.count();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String line(String name, String size, String packed, String content) {
        return "%-8s %8s %12s   %s".formatted(name, size, packed, content).stripTrailing() + "\n";
    }
}
