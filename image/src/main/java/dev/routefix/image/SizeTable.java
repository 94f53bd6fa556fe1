package dev.routefix.image;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarFile;

/** What each layer weighs: as files on a node, and packed as a registry stores it. */
record SizeTable(String text) {
    private static final double MEBI = 1024 * 1024;

    static SizeTable of(Workspace workspace, String digest) throws IOException {
        var table = new StringBuilder(line("layer", "MiB", "packed MiB", ""));
        double whole = 0;
        double packedWhole = 0;
        Iterator<Long> packedSize = packedSizes(workspace.image(), digest).iterator();
        for (Layer layer : Layer.values()) {
            double size = Files.size(workspace.layers().resolve(layer.fileName())) / MEBI;
            double packed = packedSize.next() / MEBI;
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

    /** From the manifest, in its order, which is the layers'. */
    private static List<Long> packedSizes(Path image, String digest) throws IOException {
        try (var tar = new TarFile(image.toFile())) {
            String manifest = "blobs/" + digest.replace(':', '/');
            for (var entry : tar.getEntries()) {
                if (entry.getName().equals(manifest)) {
                    try (InputStream content = tar.getInputStream(entry)) {
                        var layers = (List<?>)
                                requireNonNull(JSON.std.mapFrom(content).get("layers"));
                        return layers.stream().map(SizeTable::size).toList();
                    }
                }
            }
        }
        throw new IllegalStateException(image + " has no manifest " + digest);
    }

    private static long size(Object descriptor) {
        return ((Number) requireNonNull(((Map<?, ?>) descriptor).get("size"))).longValue();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String line(String name, String size, String packed, String content) {
        return "%-8s %8s %12s   %s".formatted(name, size, packed, content).stripTrailing() + "\n";
    }
}
