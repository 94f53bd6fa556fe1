package dev.routefix.relay;

import dev.routefix.relay.Instruction.Add;
import dev.routefix.relay.Instruction.Branch;
import dev.routefix.relay.Instruction.Call;
import dev.routefix.relay.Instruction.Data;
import dev.routefix.relay.Instruction.Jump;
import dev.routefix.relay.Instruction.Label;
import dev.routefix.relay.Instruction.Load;
import dev.routefix.relay.Instruction.Move;
import dev.routefix.relay.Instruction.Store;
import dev.routefix.relay.Instruction.Subtract;
import dev.routefix.relay.Operand.Address;
import dev.routefix.relay.Operand.Constant;
import dev.routefix.relay.Operand.Variable;

/**
 * AArch64, after the Arm Architecture Reference Manual, chapter C6. Every instruction is one word of 32 bits: the opcode's bits, and the numbers of
 * registers (5 bits each) and constants (6 to 26 bits) put where the opcode wants them.
 */
final class Aarch64 implements Encoder {
    private static final int X8 = 8;
    private static final int SP_OR_ZERO = 31;

    @Override
    public ByteString encode(Instruction instruction, long at, Labels labels) {
        return switch (instruction) {
            case Label _ -> ByteString.of();
            case Data(var bytes) -> bytes;
            case Move(var to, Variable from) -> move(to, from);
            case Move(var to, Constant(var value)) -> number(number(to), value);
            case Move(var to, Address(var label)) -> address(to, labels.address(label) - at);
            case Add(var to, Variable by) -> word(0x8b000000 | number(by) << 16 | number(to) << 5 | number(to));
            case Add(var to, Constant(var value)) ->
                word((value < 0 ? 0xd1000000 : 0x91000000) | bits12(value) << 10 | number(to) << 5 | number(to));
            case Subtract(var to, var by) -> word(0xcb000000 | number(by) << 16 | number(to) << 5 | number(to));
            case Load(var to, var width, var base, var offset) -> word(load(width) | memory(to, width, base, offset));
            case Store(var from, var width, var base, var offset) ->
                word(store(width) | memory(from, width, base, offset));
            case Branch(var left, var condition, Constant(var value), var label)
            when value == 0 && (condition == Condition.EQUAL || condition == Condition.NOT_EQUAL) -> {
                int opcode = condition == Condition.EQUAL ? 0xb4000000 : 0xb5000000; // CBZ, CBNZ
                yield word(opcode | bits19(labels.address(label) - at) << 5 | number(left));
            }
            case Branch(var left, var condition, var right, var label) ->
                compare(left, right).and(conditional(condition, labels.address(label) - at - 4));
            case Jump(var label) -> word(0x14000000 | distance(labels.address(label) - at, 26));
            case Call(var call) -> number(X8, call.aarch64).and(word(0xd4000001)); // SVC #0
            case Add _ -> throw new IllegalArgumentException("no form for " + instruction);
        };
    }

    /** The kernel takes x0 to x4, answers in x0 and keeps all others; the call's number is in x8 (syscall(2)). */
    private static int number(Variable variable) {
        return switch (variable.register()) {
            case RESULT, ARGUMENT_1 -> 0;
            case ARGUMENT_2 -> 1;
            case ARGUMENT_3 -> 2;
            case ARGUMENT_4 -> 3;
            case ARGUMENT_5 -> 4;
            case SCRATCH -> 9;
            case KEPT_1 -> 19;
            case KEPT_2 -> 20;
            case KEPT_3 -> 21;
            case KEPT_4 -> 22;
            case KEPT_5 -> 23;
            case KEPT_6 -> 24;
            case KEPT_7 -> 25;
            case STACK -> SP_OR_ZERO;
        };
    }

    /** 31 means zero in {@code ORR}, the usual way to copy, but the stack pointer in {@code ADD}. */
    private static ByteString move(Variable to, Variable from) {
        return from.register() == Register.STACK
                ? word(0x91000000 | number(from) << 5 | number(to))
                : word(0xaa000000 | number(from) << 16 | SP_OR_ZERO << 5 | number(to));
    }

    /** {@code MOVZ} for 16 bits, the lower or the upper ones, {@code MOVK} to add the upper ones; {@code MOVN} for a small negative number. */
    private static ByteString number(int to, long value) {
        if (value > 0xffffffffL || value < -0x10000) {
            throw new IllegalArgumentException(value + " has more than 32 bits, or 16 if negative");
        }
        if (value < 0) {
            return word(0x92800000 | (int) (~value & 0xffff) << 5 | to);
        }
        int low = (int) (value & 0xffff) << 5 | to;
        int high = (int) (value >> 16) << 5 | to;
        if (value >> 16 == 0) {
            return word(0xd2800000 | low);
        }
        return (value & 0xffff) == 0
                ? word(0xd2a00000 | high)
                : word(0xd2800000 | low).and(word(0xf2a00000 | high));
    }

    /** {@code ADR}: the distance from here, its two lowest bits apart from the others. */
    private static ByteString address(Variable to, long distance) {
        if (distance != distance << 43 >> 43) {
            throw new IllegalArgumentException(distance + " bytes are too far");
        }
        return word(0x10000000 | (int) (distance & 3) << 29 | ((int) (distance >> 2) & 0x7ffff) << 5 | number(to));
    }

    private static int load(Width width) {
        return switch (width) {
            case U8 -> 0x39400000;
            case U16 -> 0x79400000;
            case U32 -> 0xb9400000;
            case U64 -> 0xf9400000;
        };
    }

    private static int store(Width width) {
        return switch (width) {
            case U8 -> 0x39000000;
            case U16 -> 0x79000000;
            case U32 -> 0xb9000000;
            case U64 -> 0xf9000000;
        };
    }

    /** The offset counts in units of the width. */
    private static int memory(Variable register, Width width, Variable base, int offset) {
        if (offset % width.bytes != 0) {
            throw new IllegalArgumentException(offset + " is no multiple of " + width.bytes);
        }
        return bits12(offset / width.bytes) << 10 | number(base) << 5 | number(register);
    }

    /** {@code SUBS} (or {@code ADDS} for a negative number) into the zero register. */
    private static ByteString compare(Variable left, Operand right) {
        return switch (right) {
            case Variable variable -> word(0xeb00001f | number(variable) << 16 | number(left) << 5);
            case Constant(var value) ->
                word((value < 0 ? 0xb100001f : 0xf100001f) | bits12(value) << 10 | number(left) << 5);
            case Address _ -> throw new IllegalArgumentException("compare with an address in a register");
        };
    }

    private static ByteString conditional(Condition condition, long distance) {
        int code = switch (condition) {
            case EQUAL -> 0x0;
            case NOT_EQUAL -> 0x1;
            case LESS -> 0xb;
            case GREATER -> 0xc;
        };
        return word(0x54000000 | bits19(distance) << 5 | code);
    }

    private static int bits19(long distance) {
        return distance(distance, 19);
    }

    /** A distance in words, as so many bits. */
    private static int distance(long bytes, int bits) {
        long words = bytes / 4;
        if (words >= 1L << (bits - 1) || words < -(1L << (bits - 1))) {
            throw new IllegalArgumentException(bytes + " bytes are too far");
        }
        return (int) words & ((1 << bits) - 1);
    }

    /** A number's magnitude in the 12 bits these instructions have for it. */
    private static int bits12(long value) {
        if (Math.abs(value) >= 1 << 12) {
            throw new IllegalArgumentException(value + " has more than 12 bits");
        }
        return (int) Math.abs(value);
    }

    private static ByteString word(int value) {
        return ByteString.number(4, value);
    }
}
