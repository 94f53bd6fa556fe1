package dev.routefix.image;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A small OCI archive of one image with one layer, written by hand. */
final class SampleArchive {
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private SampleArchive() {}

    /**
     * Writes it.
     *
     * @param files the layer's, with their contents, in their order
     */
    static Path write(Path path, String architecture, Map<String, String> files) throws IOException {
        var archive = new SampleArchive();
        var layer = new ByteArrayOutputStream();
        try (var packed = new GZIPOutputStream(layer)) {
            var contents = new LinkedHashMap<String, byte[]>();
            files.forEach((name, text) -> contents.put(name, text.getBytes(StandardCharsets.UTF_8)));
            tar(packed, contents);
        }
        String config = archive.blob(JSON.std.asBytes(Map.of("architecture", architecture)));
        String manifest = archive.blob(JSON.std.asBytes(Map.of(
                "config",
                Map.of("digest", config),
                "layers",
                List.of(Map.of("digest", archive.blob(layer.toByteArray()))))));
        String index = archive.blob(JSON.std.asBytes(Map.of("manifests", List.of(Map.of("digest", manifest)))));
        archive.entries.put("index.json", JSON.std.asBytes(Map.of("manifests", List.of(Map.of("digest", index)))));
        try (OutputStream out = Files.newOutputStream(path)) {
            tar(out, archive.entries);
        }
        return path;
    }

    private String blob(byte[] content) {
        String digest = Tree.digest(content);
        entries.put("blobs/sha256/" + digest, content);
        return "sha256:" + digest;
    }

    private static void tar(OutputStream to, Map<String, byte[]> contents) throws IOException {
        var out = new TarArchiveOutputStream(to);
        for (var content : contents.entrySet()) {
            var entry = new TarArchiveEntry(content.getKey());
            entry.setSize(content.getValue().length);
            entry.setModTime(0);
            out.putArchiveEntry(entry);
            out.write(content.getValue());
            out.closeArchiveEntry();
        }
        out.finish();
    }
}
