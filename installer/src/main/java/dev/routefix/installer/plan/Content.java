package dev.routefix.installer.plan;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a file of ours holds. */
public sealed interface Content {

    /** SHA-256 in hexadecimal. */
    String digest();

    /** What is in no file yet. */
    sealed interface Made extends Content {

        byte[] bytes();

        @Override
        default String digest() {
            var digest = sha256();
            digest.update(bytes());
            return hex(digest);
        }
    }

    record Text(String text, String digest) implements Made {

        public Text(String text) {
            this(text, new Bytes(text.getBytes(StandardCharsets.UTF_8)).digest());
        }

        @Override
        public byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Digested once, for what is compared again and again. */
    final class Bytes implements Made {
        private final byte[] bytes;
        private final String digest;

        public Bytes(byte[] bytes) {
            this.bytes = bytes.clone();
            this.digest = Made.super.digest();
        }

        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public String digest() {
            return digest;
        }
    }

    /** The same as another file's. */
    record CopyOf(Path source, String digest) implements Content {}

    /** A digest to be fed. */
    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }

    /** Ends the digest, as {@link #digest} shows it. */
    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
