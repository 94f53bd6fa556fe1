package dev.routefix.installer.bundle;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A tar archive (POSIX.1-1988, {@code ustar}) of files that are text in UTF-8, and so is text itself: its headers are ASCII, its padding is zero bytes. */
final class TextArchive {

    private static final int BLOCK = 512;

    /** Where in a header the checksum stands, and for how many characters. */
    private static final int SUM = 148;

    private static final int SUM_LENGTH = 8;

    private final StringBuilder text = new StringBuilder();
    private final long seconds;

    /** @param seconds since 1970, when all of its files were written */
    TextArchive(long seconds) {
        this.seconds = seconds;
    }

    /** Adds a file, whose path has at most 99 ASCII characters. */
    void add(String path, String content) {
        int size = content.getBytes(StandardCharsets.UTF_8).length;
        var header = new StringBuilder();
        field(header, path, 100);
        field(header, "0000644", 8);
        field(header, "0000000", 8);
        field(header, "0000000", 8);
        field(header, String.format(Locale.ROOT, "%011o", size), 12);
        field(header, String.format(Locale.ROOT, "%011o", seconds), 12);
        header.append(" ".repeat(SUM_LENGTH)).append('0');
        field(header, "", 100);
        field(header, "ustar", 6);
        header.append("00");
        field(header, "", BLOCK - header.length());
        int sum = header.chars().sum();
        header.replace(SUM, SUM + SUM_LENGTH, String.format(Locale.ROOT, "%06o\0 ", sum));
        text.append(header).append(content).append("\0".repeat((BLOCK - size % BLOCK) % BLOCK));
    }

    private static void field(StringBuilder header, String value, int length) {
        header.append(value).append("\0".repeat(length - value.length()));
    }

    /** The whole archive. */
    String text() {
        return text + "\0".repeat(2 * BLOCK);
    }
}
