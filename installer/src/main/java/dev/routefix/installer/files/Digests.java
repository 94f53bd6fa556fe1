package dev.routefix.installer.files;

import dev.routefix.installer.plan.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of files, found once as long as a file's identity, size and times stay as they are.
 *
 * <p>The image tells the digests of the files it brings. So a file of the host that has the same name and bytes needs no digesting, which a
 * JVM without an optimising compiler does at 50 MB a second: comparing takes a tenth of that.
 */
public final class Digests {

    /** In the format of {@code sha256sum}: a digest, two blanks, a file's name. */
    static final String SUMS = "SHA256SUMS";

    private static final String SEPARATOR = "  ";

    /** What changes whenever a file does; the kernel alone sets the last. */
    private static final String STAMP = "unix:fileKey,size,lastModifiedTime,ctime";

    private record Known(Map<String, Object> stamp, String digest) {}

    private final Path originals;
    private final Map<Path, Known> known = new HashMap<>();
    private @Nullable Map<String, String> sums;

    /** @param originals a directory of the image; where it has no {@link #SUMS}, everything is digested */
    public Digests(Path originals) {
        this.originals = originals;
    }

    public String of(Path file) throws IOException {
        var stamp = Files.readAttributes(file, STAMP);
        var before = known.get(file);
        if (before != null && before.stamp().equals(stamp)) {
            return before.digest();
        }
        var told = told(file);
        var digest = told == null ? compute(file) : told;
        known.put(file, new Known(stamp, digest));
        return digest;
    }

    /** What the image says of this file, or of its own one with the same name and bytes; null if it says nothing. */
    private @Nullable String told(Path file) throws IOException {
        var name = file.getFileName().toString();
        var sum = sums().get(name);
        var original = originals.resolve(name);
        if (sum == null || !Files.isRegularFile(original, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        boolean same = file.equals(original)
                || (Files.size(file) == Files.size(original) && Files.mismatch(file, original) < 0);
        return same ? sum : null;
    }

    private Map<String, String> sums() throws IOException {
        var read = sums;
        if (read == null) {
            read = new HashMap<>();
            try {
                for (var line : Files.readAllLines(originals.resolve(SUMS))) {
                    int end = line.indexOf(SEPARATOR);
                    if (end > 0) {
                        read.put(line.substring(end + SEPARATOR.length()), line.substring(0, end));
                    }
                }
            } catch (NoSuchFileException none) {
                // then everything is digested
            }
            sums = read;
        }
        return read;
    }

    private static String compute(Path file) throws IOException {
        var digest = Content.sha256();
        try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
            var buffer = new byte[1 << 16];
            while (in.read(buffer) >= 0) {
                // the digest sees what is read
            }
        }
        return Content.hex(digest);
    }
}
