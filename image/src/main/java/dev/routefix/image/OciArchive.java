package dev.routefix.image;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.jspecify.annotations.Nullable;

/** A tar of an OCI layout: one image, or an index of several. */
final class OciArchive implements AutoCloseable {
    private final Path path;
    private final TarFile tar;

    OciArchive(Path path) throws IOException {
        this.path = path;
        this.tar = new TarFile(path.toFile());
    }

    /** The digests of the packed layers, lowest first, by architecture. */
    Map<String, List<String>> layers() throws IOException {
        var found = new TreeMap<String, List<String>>();
        for (Object descriptor : list(json("index.json").get("manifests"))) {
            collect(blob(descriptor), found);
        }
        return found;
    }

    private void collect(Map<?, ?> document, Map<String, List<String>> found) throws IOException {
        if (document.get("manifests") != null) {
            for (Object descriptor : list(document.get("manifests"))) {
                collect(blob(descriptor), found);
            }
            return;
        }
        var layers = new ArrayList<String>();
        list(document.get("layers")).forEach(layer -> layers.add(digest(layer)));
        found.put((String) requireNonNull(blob(document.get("config")).get("architecture")), layers);
    }

    /** What a layer holds: of each path its kind, mode, and content's digest or link's target. */
    Map<String, String> files(String layer) throws IOException {
        var files = new LinkedHashMap<String, String>();
        try (var content = new TarArchiveInputStream(new GZIPInputStream(open(place(layer))))) {
            for (var entry = content.getNextEntry(); entry != null; entry = content.getNextEntry()) {
                String what = entry.isDirectory()
                        ? "directory"
                        : entry.isSymbolicLink()
                                ? "link to " + entry.getLinkName()
                                : Tree.digest(content.readAllBytes());
                files.put(entry.getName(), "%o %s".formatted(entry.getMode(), what));
            }
        }
        return files;
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    private Map<String, Object> blob(@Nullable Object descriptor) throws IOException {
        return json(place(digest(descriptor)));
    }

    private Map<String, Object> json(String name) throws IOException {
        try (InputStream content = open(name)) {
            return JSON.std.mapFrom(content);
        }
    }

    /** In bytes. */
    long size(String digest) {
        return entry(place(digest)).getSize();
    }

    private InputStream open(String name) throws IOException {
        return tar.getInputStream(entry(name));
    }

    private TarArchiveEntry entry(String name) {
        for (var entry : tar.getEntries()) {
            if (entry.getName().equals(name)) {
                return entry;
            }
        }
        throw new IllegalStateException(path + " is no OCI archive: it has no " + name);
    }

    /** Where an OCI layout has a blob. */
    static String place(String digest) {
        return "blobs/" + digest.replace(':', '/');
    }

    private static String digest(@Nullable Object descriptor) {
        return (String) requireNonNull(((Map<?, ?>) requireNonNull(descriptor)).get("digest"));
    }

    private static List<?> list(@Nullable Object value) {
        return (List<?>) requireNonNull(value);
    }
}
