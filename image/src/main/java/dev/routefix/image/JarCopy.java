package dev.routefix.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/** A jar that is written from a published one, entry by entry. The same entries make the same bytes. */
final class JarCopy implements AutoCloseable {
    private final JarFile published;
    private final JarOutputStream copy;

    JarCopy(Path published, Path copy) throws IOException {
        this.published = new JarFile(published.toFile());
        this.copy = new JarOutputStream(Files.newOutputStream(copy));
    }

    /** Of the published jar's files, in its order. */
    List<String> names() {
        return published.stream()
                .filter(entry -> !entry.isDirectory())
                .map(JarEntry::getName)
                .toList();
    }

    /** What the published jar has there. */
    byte[] published(String name) throws IOException {
        JarEntry entry = published.getJarEntry(name);
        if (entry == null) {
            throw new IllegalStateException(published.getName() + " has no " + name);
        }
        try (InputStream content = published.getInputStream(entry)) {
            return content.readAllBytes();
        }
    }

    void add(String name, byte[] content) throws IOException {
        var entry = new JarEntry(name);
        entry.setTime(0);
        copy.putNextEntry(entry);
        copy.write(content);
        copy.closeEntry();
    }

    @Override
    public void close() throws IOException {
        copy.close();
        published.close();
    }
}
