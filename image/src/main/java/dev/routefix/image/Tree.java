package dev.routefix.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A directory tree as reproducible bytes: sorted by path, owned by root, all of one time, and with the modes of a container image (0755 for
 * directories and what may be executed, 0644 for the rest, 1777 for /tmp).
 */
record Tree(Path top) {
    /** 1970-01-01T00:00:01Z, as Jib gives its own layers: some readers take 0 for "no time". */
    private static final long TIME_MILLIS = 1000;

    /** All paths below the top, relative to it, parents first. */
    List<String> paths() throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            return files.filter(path -> !path.equals(top))
                    .map(path -> top.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    /** Writes a tar of the files that are wanted and of the directories above them; returns its sha256 in hex. */
    String tar(Path archive, Predicate<String> wanted) throws IOException {
        Set<String> paths = new TreeSet<>();
        for (String path : paths()) {
            if (wanted.test(path) && (!isDirectory(path) || isEmpty(path))) {
                for (Path each = Path.of(path); each != null; each = each.getParent()) {
                    paths.add(each.toString());
                }
            }
        }
        MessageDigest digest = sha256();
        try (var out =
                new TarArchiveOutputStream(new DigestOutputStream(Files.newOutputStream(archive), digest), "UTF-8")) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (String path : paths) {
                add(out, path);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A digest over every path, mode and content, in hex. */
    String digest() throws IOException {
        MessageDigest digest = sha256();
        try (var out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            for (String path : paths()) {
                Path file = top.resolve(path);
                out.write("%s %o%n".formatted(path, mode(path)).getBytes(StandardCharsets.UTF_8));
                if (Files.isSymbolicLink(file)) {
                    out.write(Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8));
                } else if (!isDirectory(path)) {
                    Files.copy(file, out);
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A digest over one file's content, in hex. */
    static String digest(Path file) throws IOException {
        return digest(Files.readAllBytes(file));
    }

    /** A digest over some bytes, in hex. */
    static String digest(byte[] content) {
        return HexFormat.of().formatHex(sha256().digest(content));
    }

    private void add(TarArchiveOutputStream out, String path) throws IOException {
        Path file = top.resolve(path);
        TarArchiveEntry entry;
        if (Files.isSymbolicLink(file)) {
            entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
            entry.setLinkName(Files.readSymbolicLink(file).toString());
        } else if (isDirectory(path)) {
            entry = new TarArchiveEntry(path + "/");
        } else {
            entry = new TarArchiveEntry(path);
            entry.setSize(Files.size(file));
        }
        entry.setMode(mode(path));
        entry.setModTime(TIME_MILLIS);
        entry.setIds(0, 0);
        out.putArchiveEntry(entry);
        if (!entry.isSymbolicLink() && !entry.isDirectory()) {
            try (InputStream content = Files.newInputStream(file)) {
                content.transferTo(out);
            }
        }
        out.closeArchiveEntry();
    }

    private int mode(String path) throws IOException {
        if (path.equals("tmp")) {
            return 0_1777;
        }
        if (Files.isSymbolicLink(top.resolve(path))) {
            return 0_777;
        }
        return isDirectory(path) || Files.isExecutable(top.resolve(path)) ? 0_755 : 0_644;
    }

    private boolean isDirectory(String path) {
        return Files.isDirectory(top.resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    private boolean isEmpty(String path) throws IOException {
        try (Stream<Path> children = Files.list(top.resolve(path))) {
            return children.findAny().isEmpty();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
