package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Writes a relay with the usual paths and its listing, for whoever wants to look, to {@code target/relay-x86_64}, {@code target/relay-x86_64.txt} and
 * the same for aarch64, and reads the listing back: it says of every byte of the file what it is for.
 */
@ParameterizedClass
@EnumSource(Machine.class)
final class ListingTest {

    /** Address, bytes and what they mean. Two bytes are one blank apart, and at least two from their meaning. */
    private static final Pattern BYTES = Pattern.compile(" *([0-9a-f]+)  ((?:[0-9a-f]{2} )*[0-9a-f]{2})(?:  +(.*))?");

    private static final Pattern RESERVED = Pattern.compile(" *([0-9a-f]+)  +\\w+: (\\d+) bytes of zeros; .+");

    private static final long START = 0x400000;
    private static final int SECOND_LOAD = 64 + 56;

    private final Path executable;
    private final Path listing;
    private final Relay relay;

    ListingTest(Machine machine) {
        relay = Relay.of(Sample.SETTINGS, machine);
        executable = Path.of("target", "relay-" + machine.name().toLowerCase(Locale.ROOT));
        listing = Path.of(executable + ".txt");
    }

    @BeforeEach
    void write() throws IOException {
        Files.write(executable, relay.executable());
        Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(listing, relay.listing());
    }

    @Test
    void holds_the_executable_byte_for_byte() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (var line : lines(BYTES)) {
            bytes.writeBytes(bytes(line));
        }

        assertThat(bytes.toByteArray()).isEqualTo(Files.readAllBytes(executable));
    }

    @Test
    void says_of_every_byte_what_it_means() throws IOException {
        assertThat(lines(BYTES)).extracting(line -> line.group(3)).doesNotContainNull();
    }

    @Test
    void names_the_address_at_which_the_kernel_puts_each_byte() throws IOException {
        var second = secondLoad();
        long next = START;
        for (var line : lines(BYTES)) {
            if (next == START + second.offset()) {
                next = second.address();
            }
            assertThat(address(line)).isEqualTo(next);
            next += bytes(line).length;
        }

        assertThat(next).isEqualTo(second.endOfFile());
    }

    @Test
    void names_the_memory_that_has_no_place_in_the_file() throws IOException {
        var second = secondLoad();
        long next = second.endOfFile();
        for (var line : lines(RESERVED)) {
            assertThat(address(line)).isEqualTo(next);
            next += Long.parseLong(line.group(2));
        }

        assertThat(next).isEqualTo(second.endOfMemory());
    }

    private List<MatchResult> lines(Pattern pattern) throws IOException {
        return Files.readAllLines(listing).stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .map(Matcher::toMatchResult)
                .toList();
    }

    private static long address(MatchResult line) {
        return HexFormat.fromHexDigitsToLong(line.group(1));
    }

    private static byte[] bytes(MatchResult line) {
        return HexFormat.ofDelimiter(" ").parseHex(line.group(2));
    }

    /** The program header of the variables, as elf(5) has it. */
    private record Load(long offset, long address, long endOfFile, long endOfMemory) {}

    private Load secondLoad() {
        var elf = ByteBuffer.wrap(relay.executable()).order(ByteOrder.LITTLE_ENDIAN);
        long address = elf.getLong(SECOND_LOAD + 16);
        return new Load(
                elf.getLong(SECOND_LOAD + 8),
                address,
                address + elf.getLong(SECOND_LOAD + 32),
                address + elf.getLong(SECOND_LOAD + 40));
    }
}
