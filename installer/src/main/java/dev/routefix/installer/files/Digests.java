package dev.routefix.installer.files;

import dev.routefix.installer.plan.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HashMap;
import java.util.Map;

/** SHA-256 of files, found once as long as a file's identity, size and times stay as they are. */
public final class Digests {

    /** What changes whenever a file does; the kernel alone sets the last. */
    private static final String STAMP = "unix:fileKey,size,lastModifiedTime,ctime";

    private record Known(Map<String, Object> stamp, String digest) {}

    private final Map<Path, Known> known = new HashMap<>();

    /** In hexadecimal. */
    public String of(Path file) throws IOException {
        var stamp = Files.readAttributes(file, STAMP);
        var before = known.get(file);
        if (before != null && before.stamp().equals(stamp)) {
            return before.digest();
        }
        var digest = compute(file);
        known.put(file, new Known(stamp, digest));
        return digest;
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
