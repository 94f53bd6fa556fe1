package dev.routefix.relay;

import dev.routefix.relay.Operand.Variable;
import java.util.Locale;

/** One step of the portable machine the relay is written for. Each becomes one to three instructions of a real processor, or data. */
sealed interface Instruction {

    /** A name for the place of what follows. */
    record Label(String name) implements Instruction {
        @Override
        public String toString() {
            return name + ":";
        }
    }

    /** Copies a register, or sets one to a number or an address. */
    record Move(Variable to, Operand from) implements Instruction {
        @Override
        public String toString() {
            return to + " ← " + from;
        }
    }

    /** Adds a register or a number. */
    record Add(Variable to, Operand by) implements Instruction {
        @Override
        public String toString() {
            return by instanceof Operand.Constant(var value) && value < 0
                    ? to + " ← " + to + " - " + -value
                    : to + " ← " + to + " + " + by;
        }
    }

    record Subtract(Variable to, Variable by) implements Instruction {
        @Override
        public String toString() {
            return to + " ← " + to + " - " + by;
        }
    }

    /** Reads memory at {@code base + offset}. */
    record Load(Variable to, Width width, Variable base, int offset) implements Instruction {
        @Override
        public String toString() {
            return to + " ← " + lower(width) + place(base, offset);
        }
    }

    /** Writes memory at {@code base + offset}. */
    record Store(Variable from, Width width, Variable base, int offset) implements Instruction {
        @Override
        public String toString() {
            return lower(width) + place(base, offset) + " ← " + from;
        }
    }

    /** Goes on at the label if the comparison holds, else with what follows. */
    record Branch(Variable left, Condition condition, Operand right, String label) implements Instruction {
        @Override
        public String toString() {
            return "if %s %s %s: go to %s".formatted(left, condition.sign, right, label);
        }
    }

    /** Goes on at the label. */
    record Jump(String label) implements Instruction {
        @Override
        public String toString() {
            return "go to " + label;
        }
    }

    /** Calls the kernel with what the argument registers hold. */
    record Call(SystemCall call) implements Instruction {
        @Override
        public String toString() {
            return "result ← " + lower(call) + "(...)";
        }
    }

    /** Bytes as they are. */
    record Data(ByteString bytes) implements Instruction {
        @Override
        public String toString() {
            return bytes.size() + " bytes";
        }
    }

    private static String place(Variable base, int offset) {
        return offset == 0 ? " [" + base + "]" : " [" + base + " + " + offset + "]";
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
