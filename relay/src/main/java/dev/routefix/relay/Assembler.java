package dev.routefix.relay;

import dev.routefix.relay.Instruction.Label;
import dev.routefix.relay.Program.Line;
import dev.routefix.relay.Program.Reserved;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives every step of a program its place and its bytes. How long a branch is depends on how far it goes, which depends on how long the steps
 * between are: it begins with all of them as short as can be, and lets them grow until everything fits.
 */
final class Assembler {
    private final Encoder encoder;
    private final List<Line> lines;
    private final List<Reserved> reserved;
    private final int variablesAt;
    private final long base;
    private int[] sizes;

    private Assembler(Program program, Encoder encoder, long base) {
        this.encoder = encoder;
        this.base = base;
        lines = new ArrayList<>(program.code());
        lines.addAll(program.constants());
        variablesAt = lines.size();
        lines.addAll(program.variables());
        reserved = program.reserved();
        sizes = new int[lines.size()];
    }

    /** A step, where it is in memory and what it is there. */
    record Placed(long address, ByteString bytes, Line line) {}

    /**
     * All of a program.
     *
     * @param fixed code and constants
     * @param variables begin one {@link Elf#PAGE} and at most 7 bytes behind them
     * @param reserved bytes behind the variables
     */
    record Assembled(List<Placed> fixed, int codeSize, List<Placed> variables, int reserved) {}

    /** @param base the address of the first step */
    static Assembled assemble(Program program, Encoder encoder, long base) {
        var assembler = new Assembler(program, encoder, base);
        while (true) {
            var placed = assembler.pass();
            var grown = placed.stream().mapToInt(it -> it.bytes().size()).toArray();
            if (Arrays.equals(grown, assembler.sizes)) {
                int code = program.code().size();
                return new Assembled(
                        placed.subList(0, assembler.variablesAt),
                        placed.subList(0, code).stream()
                                .mapToInt(it -> it.bytes().size())
                                .sum(),
                        placed.subList(assembler.variablesAt, placed.size()),
                        program.reserved().stream().mapToInt(Reserved::size).sum());
            }
            assembler.sizes = grown;
        }
    }

    /** Encodes everything as if the sizes were right. */
    private List<Placed> pass() {
        var addresses = addresses();
        var labels = labels(addresses);
        var placed = new ArrayList<Placed>();
        for (int i = 0; i < lines.size(); i++) {
            var bytes = encoder.encode(lines.get(i).step(), addresses[i], name -> {
                var address = labels.get(name);
                if (address == null) {
                    throw new IllegalArgumentException("no label " + name);
                }
                return address;
            });
            placed.add(new Placed(addresses[i], bytes, lines.get(i)));
        }
        return placed;
    }

    /** Of all steps, and the end of the last. */
    private long[] addresses() {
        var addresses = new long[lines.size() + 1];
        long next = base;
        for (int i = 0; i < lines.size(); i++) {
            if (i == variablesAt) {
                next = Elf.variables(next);
            }
            addresses[i] = next;
            next += sizes[i];
        }
        addresses[lines.size()] = next;
        return addresses;
    }

    private Map<String, Long> labels(long[] addresses) {
        var labels = new HashMap<String, Long>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).step() instanceof Label(var name) && labels.put(name, addresses[i]) != null) {
                throw new IllegalArgumentException("two labels " + name);
            }
        }
        long next = addresses[lines.size()];
        for (var memory : reserved) {
            labels.put(memory.label(), next);
            next += memory.size();
        }
        return labels;
    }
}
