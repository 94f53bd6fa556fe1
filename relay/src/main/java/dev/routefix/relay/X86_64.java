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
 * x86-64, after the Intel 64 manual, volume 2. An instruction is: a REX prefix (1 byte: operands of 64 bits, and the fourth bit of each register's
 * number), the opcode, a ModRM byte (which two registers, and whether one of them is the base of a place in memory), and numbers.
 */
final class X86_64 implements Encoder {
    private static final int REX = 0x40;
    private static final int REX_WIDE = 0x48;
    private static final int REGISTER = 0b11;
    private static final int NO_OFFSET = 0b00;
    private static final int OFFSET_OF_1_BYTE = 0b01;
    private static final int OFFSET_OF_4_BYTES = 0b10;

    @Override
    public ByteString encode(Instruction instruction, long at, Labels labels) {
        return switch (instruction) {
            case Label _ -> ByteString.of();
            case Data(var bytes) -> bytes;
            case Move(var to, Variable from) -> registers(0x89, to, from);
            case Move(var to, Constant(var value)) when value == 0 -> zero(to);
            case Move(var to, Constant(var value))
            when value < 0 -> extended(0xc7, 0, to).and(word(value));
            case Move(var to, Constant(var value)) -> number(to, value);
            case Move(var to, Address(var label)) -> number(to, labels.address(label));
            case Add(var to, Variable by) -> registers(0x01, to, by);
            case Add(var to, Constant(var value)) -> withNumber(0, to, value);
            case Subtract(var to, var by) -> registers(0x29, to, by);
            case Load(var to, var width, var base, var offset) -> load(to, width, base, offset);
            case Store(var from, var width, var base, var offset) -> store(from, width, base, offset);
            case Branch(var left, var condition, var right, var label) -> {
                var compare = compare(left, right);
                yield compare.and(conditional(condition, at + compare.size(), labels.address(label)));
            }
            case Jump(var label) -> jump(at, labels.address(label));
            case Call(var call) -> ByteString.of(0xb8).and(word(call.x86_64)).and(ByteString.of(0x0f, 0x05));
            case Add _ -> throw new IllegalArgumentException("no form for " + instruction);
        };
    }

    /** System V ABI: AMD64 supplement, A.2.1: the kernel takes rdi, rsi, rdx, r10, r8, answers in rax, and loses rcx and r11. */
    private static int number(Variable variable) {
        return switch (variable.register()) {
            case RESULT -> 0; // rax
            case SCRATCH -> 1; // rcx
            case ARGUMENT_3 -> 2; // rdx
            case KEPT_1 -> 3; // rbx
            case STACK -> 4; // rsp
            case KEPT_2 -> 5; // rbp
            case ARGUMENT_2 -> 6; // rsi
            case ARGUMENT_1 -> 7; // rdi
            case ARGUMENT_5 -> 8; // r8
            case KEPT_3 -> 9; // r9
            case ARGUMENT_4 -> 10; // r10
            case KEPT_4 -> 12; // r12
            case KEPT_5 -> 13; // r13
            case KEPT_6 -> 14; // r14
            case KEPT_7 -> 15; // r15
        };
    }

    /** {@code opcode r/m64, r64}, both being registers. */
    private static ByteString registers(int opcode, Variable rm, Variable reg) {
        return ByteString.of(rex(REX_WIDE, reg, rm), opcode, modRm(REGISTER, number(reg), number(rm)));
    }

    /** {@code opcode r/m64} where three bits of ModRM belong to the opcode. */
    private static ByteString extended(int opcode, int extension, Variable rm) {
        return ByteString.of(REX_WIDE | number(rm) >> 3, opcode, modRm(REGISTER, extension, number(rm)));
    }

    /** {@code ADD} (0) or {@code CMP} (7) with a number of one byte or of four. */
    private static ByteString withNumber(int extension, Variable rm, long value) {
        return isByte(value)
                ? extended(0x83, extension, rm).and(ByteString.number(1, value))
                : extended(0x81, extension, rm).and(word(value));
    }

    /** {@code XOR r32, r32}, the short way to zero. */
    private static ByteString zero(Variable to) {
        return prefix(to, to).and(ByteString.of(0x31, modRm(REGISTER, number(to), number(to))));
    }

    /** {@code MOV r32, imm32}, which clears the upper half. */
    private static ByteString number(Variable to, long value) {
        if (value >>> 32 != 0) {
            throw new IllegalArgumentException(value + " has more than 32 bits");
        }
        var prefix = number(to) < 8 ? ByteString.of() : ByteString.of(REX | 1);
        return prefix.and(ByteString.of(0xb8 | (number(to) & 7))).and(ByteString.number(4, value));
    }

    private static ByteString load(Variable to, Width width, Variable base, int offset) {
        var place = memory(to, base, offset);
        return switch (width) {
            case U8 -> prefix(to, base).and(ByteString.of(0x0f, 0xb6)).and(place); // MOVZX
            case U16 -> prefix(to, base).and(ByteString.of(0x0f, 0xb7)).and(place);
            case U32 -> prefix(to, base).and(ByteString.of(0x8b)).and(place); // MOV
            case U64 -> ByteString.of(rex(REX_WIDE, to, base), 0x8b).and(place);
        };
    }

    private static ByteString store(Variable from, Width width, Variable base, int offset) {
        var place = memory(from, base, offset);
        return switch (width) {
            case U8 -> ByteString.of(rex(REX, from, base), 0x88).and(place); // without REX, 4 to 7 are other registers
            case U32 -> prefix(from, base).and(ByteString.of(0x89)).and(place);
            case U64 -> ByteString.of(rex(REX_WIDE, from, base), 0x89).and(place);
            case U16 -> throw new IllegalArgumentException("nothing needs stores of 16 bits");
        };
    }

    /** ModRM and offset. With rsp or r12 as the base a third byte, SIB, must say that there is no index; rbp and r13 must have an offset. */
    private static ByteString memory(Variable reg, Variable base, int offset) {
        int low = number(base) & 7;
        var sib = low == 4 ? ByteString.of(0x24) : ByteString.of();
        int size = offset == 0 && low != 5 ? 0 : isByte(offset) ? 1 : 4;
        int mode = size == 0 ? NO_OFFSET : size == 1 ? OFFSET_OF_1_BYTE : OFFSET_OF_4_BYTES;
        return ByteString.of(modRm(mode, number(reg), number(base))).and(sib).and(ByteString.number(size, offset));
    }

    private static ByteString compare(Variable left, Operand right) {
        return switch (right) {
            case Variable variable -> registers(0x39, left, variable);
            case Constant(var value) when value == 0 -> registers(0x85, left, left); // TEST, the short way
            case Constant(var value) -> withNumber(7, left, value);
            case Address _ -> throw new IllegalArgumentException("compare with an address in a register");
        };
    }

    private static ByteString conditional(Condition condition, long at, long target) {
        int code = switch (condition) {
            case EQUAL -> 0x4;
            case NOT_EQUAL -> 0x5;
            case LESS -> 0xc;
            case GREATER -> 0xf;
        };
        return isByte(target - at - 2)
                ? ByteString.of(0x70 | code).and(ByteString.number(1, target - at - 2))
                : ByteString.of(0x0f, 0x80 | code).and(word(target - at - 6));
    }

    private static ByteString jump(long at, long target) {
        return isByte(target - at - 2)
                ? ByteString.of(0xeb).and(ByteString.number(1, target - at - 2))
                : ByteString.of(0xe9).and(word(target - at - 5));
    }

    /** REX where operands are not of 64 bits: only if it says anything. */
    private static ByteString prefix(Variable reg, Variable rm) {
        int rex = rex(REX, reg, rm);
        return rex == REX ? ByteString.of() : ByteString.of(rex);
    }

    private static int rex(int prefix, Variable reg, Variable rm) {
        return prefix | number(reg) >> 3 << 2 | number(rm) >> 3;
    }

    private static int modRm(int mode, int reg, int rm) {
        return mode << 6 | (reg & 7) << 3 | (rm & 7);
    }

    private static boolean isByte(long value) {
        return value == (byte) value;
    }

    /** A number of 32 bits that the processor extends with its sign. */
    private static ByteString word(long value) {
        if (value != (int) value) {
            throw new IllegalArgumentException(value + " has more than 32 bits");
        }
        return ByteString.number(4, value);
    }
}
