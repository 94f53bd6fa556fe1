package dev.routefix.image;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Shared libraries without what only a debugger or a crash report reads, the names of the JVM's functions above all: five megabytes which every node would
 * be sent and would copy. What a loader reads are segments (elf(5), "Phdr"); sections describe the same bytes again, and those that belong to no segment
 * stand behind them.
 */
final class Stripped {
    /** Of {@code Elf64_Ehdr}. */
    private static final int SIZE = 64;

    private static final int PHOFF = 32;
    private static final int SHOFF = 40;
    private static final int PHENTSIZE = 54;
    private static final int PHNUM = 56;
    private static final int SHNUM = 60;
    private static final int SHSTRNDX = 62;

    /** Of {@code Elf64_Phdr}. */
    private static final int OFFSET = 8;

    private static final int FILESZ = 32;

    private Stripped() {}

    /** Strips every library below a directory. */
    static void libraries(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().endsWith(".so")) {
                    strip(file);
                }
            }
        }
    }

    /** Cuts off all that stands behind the last segment, and has the header say that there are no sections. */
    static void strip(Path library) throws IOException {
        try (FileChannel file = FileChannel.open(library, READ, WRITE)) {
            ByteBuffer header = read(file, 0, SIZE);
            int size = Short.toUnsignedInt(header.getShort(PHENTSIZE));
            int count = Short.toUnsignedInt(header.getShort(PHNUM));
            long table = header.getLong(PHOFF);
            long end = table + (long) size * count;
            for (int i = 0; i < count; i++) {
                ByteBuffer segment = read(file, table + (long) size * i, size);
                end = Math.max(end, segment.getLong(OFFSET) + segment.getLong(FILESZ));
            }
            header.putLong(SHOFF, 0).putShort(SHNUM, (short) 0).putShort(SHSTRNDX, (short) 0);
            file.write(header, 0);
            file.truncate(end);
        }
    }

    private static ByteBuffer read(FileChannel file, long position, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) >= 0) {
            // a file may be read in parts
        }
        return bytes.flip();
    }
}
