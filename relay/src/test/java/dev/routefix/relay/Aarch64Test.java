package dev.routefix.relay;

import static dev.routefix.relay.Condition.EQUAL;
import static dev.routefix.relay.Condition.GREATER;
import static dev.routefix.relay.Condition.LESS;
import static dev.routefix.relay.Condition.NOT_EQUAL;
import static dev.routefix.relay.Encodings.HERE;
import static dev.routefix.relay.Encodings.in;
import static dev.routefix.relay.Register.ARGUMENT_1;
import static dev.routefix.relay.Register.ARGUMENT_2;
import static dev.routefix.relay.Register.ARGUMENT_3;
import static dev.routefix.relay.Register.KEPT_1;
import static dev.routefix.relay.Register.KEPT_2;
import static dev.routefix.relay.Register.KEPT_3;
import static dev.routefix.relay.Register.KEPT_4;
import static dev.routefix.relay.Register.KEPT_5;
import static dev.routefix.relay.Register.KEPT_6;
import static dev.routefix.relay.Register.KEPT_7;
import static dev.routefix.relay.Register.RESULT;
import static dev.routefix.relay.Register.SCRATCH;
import static dev.routefix.relay.Register.STACK;
import static dev.routefix.relay.Width.U16;
import static dev.routefix.relay.Width.U32;
import static dev.routefix.relay.Width.U64;
import static dev.routefix.relay.Width.U8;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.routefix.relay.Operand.Constant;
import org.junit.jupiter.api.Test;

/** Against the words GNU as 2.40 makes of the mnemonics beside them, their bytes in the order they have in memory. */
final class Aarch64Test {
    private final Encodings arm = new Encodings(new Aarch64());

    @Test
    void copies_registers_the_stack_pointer_by_an_addition() {
        arm.move(KEPT_4, KEPT_3, "f6 03 15 aa") // mov x22, x21
                .move(KEPT_1, STACK, "f3 03 00 91"); // mov x19, sp
    }

    @Test
    void sets_registers_to_numbers_of_up_to_32_bits() {
        arm.move(SCRATCH, 0, "09 00 80 d2") // mov x9, #0
                .move(KEPT_3, 2, "55 00 80 d2") // mov x21, #2
                .move(ARGUMENT_3, 65536, "22 00 a0 d2") // mov x2, #65536
                .move(ARGUMENT_2, 0x80001, "21 00 80 d2 01 01 a0 f2") // mov x1, #1; movk x1, #8, lsl #16
                .move(SCRATCH, -1, "09 00 80 92") // mov x9, #-1
                .move(SCRATCH, -11, "49 01 80 92"); // mov x9, #-11
    }

    @Test
    void sets_registers_to_addresses_by_their_distance() {
        arm.address(ARGUMENT_1, HERE + 0x10784, "20 3c 08 10") // adr x0, .+0x10784
                .address(ARGUMENT_2, HERE - 5, "c1 ff ff 70"); // adr x1, .-5
    }

    @Test
    void adds_and_subtracts() {
        arm.add(KEPT_4, RESULT, "d6 02 00 8b") // add x22, x22, x0
                .add(KEPT_2, 8, "94 22 00 91") // add x20, x20, #8
                .add(KEPT_3, -1, "b5 06 00 d1") // sub x21, x21, #1
                .subtract(KEPT_5, RESULT, "f7 02 00 cb"); // sub x23, x23, x0
    }

    @Test
    void reads_memory_in_all_widths() {
        arm.load(SCRATCH, U64, STACK, 0, "e9 03 40 f9") // ldr x9, [sp]
                .load(KEPT_4, U64, STACK, 8, "f6 07 40 f9") // ldr x22, [sp, #8]
                .load(ARGUMENT_2, U32, RESULT, 12, "01 0c 40 b9") // ldr w1, [x0, #12]
                .load(SCRATCH, U16, KEPT_1, 38, "69 4e 40 79") // ldrh w9, [x19, #38]
                .load(SCRATCH, U8, KEPT_6, 0, "09 03 40 39"); // ldrb w9, [x24]
    }

    @Test
    void writes_memory() {
        arm.store(SCRATCH, U64, KEPT_1, 8, "69 06 00 f9") // str x9, [x19, #8]
                .store(KEPT_2, U32, KEPT_1, 24, "74 1a 00 b9") // str w20, [x19, #24]
                .store(SCRATCH, U8, KEPT_7, 0, "29 03 00 39"); // strb w9, [x25]
    }

    @Test
    void compares_and_branches() {
        arm.branch(SCRATCH, EQUAL, new Constant(0), 16, "89 00 00 b4") // cbz x9, .+16
                .branch(KEPT_6, NOT_EQUAL, new Constant(0), -8, "d8 ff ff b5") // cbnz x24, .-8
                .branch(KEPT_2, LESS, new Constant(3), 4 - 20, "9f 0e 00 f1 6b ff ff 54") // cmp x20, #3; b.lt .-20
                .branch(
                        RESULT,
                        EQUAL,
                        new Constant(-11),
                        4 + 0x100,
                        "1f 2c 00 b1 00 08 00 54") // cmn x0, #11; b.eq .+0x100
                .branch(
                        ARGUMENT_2,
                        NOT_EQUAL,
                        in(ARGUMENT_3),
                        4 + 12,
                        "3f 00 02 eb 61 00 00 54") // cmp x1, x2; b.ne .+12
                .branch(
                        ARGUMENT_3,
                        GREATER,
                        in(ARGUMENT_2),
                        4 + 12,
                        "5f 00 01 eb 6c 00 00 54"); // cmp x2, x1; b.gt .+12
    }

    @Test
    void jumps() {
        arm.jump(-64, "f0 ff ff 17"); // b .-64
    }

    @Test
    void calls_the_kernel_by_number() {
        arm.step(new Instruction.Call(SystemCall.EXIT_GROUP), "c8 0b 80 d2 01 00 00 d4"); // mov x8, #94; svc #0
    }

    @Test
    void refuses_what_does_not_fit() {
        assertThatIllegalArgumentException().isThrownBy(() -> arm.move(SCRATCH, 1L << 32, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> arm.move(SCRATCH, -0x10001, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> arm.add(SCRATCH, 4096, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> arm.load(SCRATCH, U64, KEPT_1, 4, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> arm.address(SCRATCH, HERE + (1 << 20), ""));
        assertThatIllegalArgumentException().isThrownBy(() -> arm.branch(SCRATCH, EQUAL, new Constant(0), 1 << 20, ""));
    }
}
