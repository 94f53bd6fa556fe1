package dev.routefix.relay;

import dev.routefix.relay.Assembler.Placed;
import dev.routefix.relay.Instruction.Data;
import dev.routefix.relay.Instruction.Label;
import dev.routefix.relay.Program.Reserved;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The text that shows what each byte of a relay is for: address, bytes, step. Notes stand before what they are about. */
final class Listing {
    private static final int BYTES_IN_A_LINE = 12;

    private final StringBuilder text = new StringBuilder();

    private Listing() {}

    static String of(List<Placed> lines, List<Reserved> reserved) {
        var listing = new Listing();
        lines.forEach(listing::add);
        var last = lines.getLast();
        long next = last.address() + last.bytes().size();
        for (var memory : reserved) {
            listing.line(hex(next), "", memory.label() + ": " + memory.size() + " bytes of zeros; " + memory.note());
            next += memory.size();
        }
        return listing.text.toString();
    }

    private void add(Placed placed) {
        var note = placed.line().note();
        switch (placed.line().step()) {
            case Label(var name) -> {
                note(note);
                line("", "", name + ":");
            }
            case Data(var bytes) -> data(placed.address(), bytes, note);
            default -> {
                note(note);
                line(
                        hex(placed.address()),
                        placed.bytes().toString(),
                        "    " + placed.line().step());
            }
        }
    }

    private void note(String note) {
        if (!note.isEmpty()) {
            line("", "", "; " + note);
        }
    }

    private void data(long address, ByteString bytes, String note) {
        for (int from = 0; from < bytes.size(); from += BYTES_IN_A_LINE) {
            var part = bytes.part(from, Math.min(bytes.size(), from + BYTES_IN_A_LINE));
            var meaning = note.isEmpty() ? "    \"" + printable(part) + '"' : from == 0 ? note : "";
            line(hex(address + from), part.toString(), meaning);
        }
    }

    private static String printable(ByteString bytes) {
        return new String(bytes.toArray(), StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "·");
    }

    private void line(String address, String bytes, String meaning) {
        text.append("%8s  %-36s %s".formatted(address, bytes, meaning).stripTrailing())
                .append('\n');
    }

    private static String hex(long number) {
        return Long.toHexString(number);
    }
}
