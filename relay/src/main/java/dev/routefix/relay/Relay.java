package dev.routefix.relay;

import dev.routefix.relay.Assembler.Placed;
import java.util.List;

/**
 * A static executable of about 2 KB that stands between a caller and the resident: it hands over its arguments, environment and stdin, and
 * prints and returns what the resident answers. If nobody listens it executes the settings' fallback in its own place.
 */
public final class Relay {
    private final List<Placed> lines;
    private final Program program;

    private Relay(List<Placed> lines, Program program) {
        this.lines = lines;
        this.program = program;
    }

    public static Relay of(RelaySettings settings, Machine machine) {
        var program = RelayProgram.of(settings);
        return new Relay(Elf.of(program, machine), program);
    }

    /** The bytes of the file; its mode must allow to execute it. */
    public byte[] executable() {
        return ByteString.join(lines.stream().map(Placed::bytes).toList()).toArray();
    }

    /** The file explained, byte by byte. */
    public String listing() {
        return Listing.of(lines, program.reserved());
    }

    List<Placed> lines() {
        return lines;
    }
}
