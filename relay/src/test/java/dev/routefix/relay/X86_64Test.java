package dev.routefix.relay;

import static dev.routefix.relay.Condition.EQUAL;
import static dev.routefix.relay.Condition.GREATER;
import static dev.routefix.relay.Condition.LESS;
import static dev.routefix.relay.Condition.NOT_EQUAL;
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

/** Against the bytes GNU as 2.40 makes of the mnemonics beside them. */
final class X86_64Test {
    private final Encodings x86 = new Encodings(new X86_64());

    @Test
    void copies_registers_the_fourth_bit_of_their_numbers_being_in_rex() {
        x86.move(KEPT_1, STACK, "48 89 e3") // mov rbx, rsp
                .move(KEPT_4, KEPT_3, "4d 89 cc"); // mov r12, r9
    }

    @Test
    void sets_registers_to_numbers_in_the_shortest_way_that_needs_no_memory() {
        x86.move(SCRATCH, 0, "31 c9") // xor ecx, ecx
                .move(KEPT_6, 0, "45 31 f6") // xor r14d, r14d
                .move(KEPT_3, 2, "41 b9 02 00 00 00") // mov r9d, 2
                .move(SCRATCH, -1, "48 c7 c1 ff ff ff ff") // mov rcx, -1
                .move(KEPT_5, -11, "49 c7 c5 f5 ff ff ff"); // mov r13, -11
    }

    @Test
    void sets_registers_to_addresses() {
        x86.address(ARGUMENT_1, 0x410788, "bf 88 07 41 00") // mov edi, 0x410788
                .address(KEPT_7, 0x4207e0, "41 bf e0 07 42 00"); // mov r15d, 0x4207e0
    }

    @Test
    void adds_and_subtracts() {
        x86.add(KEPT_4, RESULT, "49 01 c4") // add r12, rax
                .add(KEPT_6, 1, "49 83 c6 01") // add r14, 1
                .add(KEPT_3, -1, "49 83 c1 ff") // add r9, -1
                .add(KEPT_2, 0x1000, "48 81 c5 00 10 00 00") // add rbp, 0x1000
                .subtract(KEPT_5, RESULT, "49 29 c5") // sub r13, rax
                .subtract(KEPT_6, SCRATCH, "49 29 ce"); // sub r14, rcx
    }

    @Test
    void reads_memory_in_all_widths() {
        x86.load(SCRATCH, U64, KEPT_1, 8, "48 8b 4b 08") // mov rcx, [rbx+8]
                .load(ARGUMENT_2, U32, RESULT, 0, "8b 30") // mov esi, [rax]
                .load(KEPT_7, U32, RESULT, 12, "44 8b 78 0c") // mov r15d, [rax+12]
                .load(SCRATCH, U16, KEPT_1, 0x26, "0f b7 4b 26") // movzx ecx, word ptr [rbx+0x26]
                .load(SCRATCH, U8, KEPT_6, 0, "41 0f b6 0e") // movzx ecx, byte ptr [r14]
                .load(ARGUMENT_3, U64, KEPT_1, 0x1000, "48 8b 93 00 10 00 00"); // mov rdx, [rbx+0x1000]
    }

    @Test
    void gives_rsp_and_r12_the_third_byte_and_rbp_and_r13_the_offset_they_need_as_a_base() {
        x86.load(SCRATCH, U64, STACK, 0, "48 8b 0c 24") // mov rcx, [rsp]
                .load(KEPT_4, U64, STACK, 8, "4c 8b 64 24 08") // mov r12, [rsp+8]
                .load(KEPT_5, U64, KEPT_4, 0, "4d 8b 2c 24") // mov r13, [r12]
                .load(SCRATCH, U64, KEPT_2, 0, "48 8b 4d 00") // mov rcx, [rbp+0]
                .load(SCRATCH, U64, KEPT_5, 0, "49 8b 4d 00"); // mov rcx, [r13+0]
    }

    @Test
    void writes_memory() {
        x86.store(SCRATCH, U64, KEPT_1, 8, "48 89 4b 08") // mov [rbx+8], rcx
                .store(RESULT, U64, KEPT_4, 0, "49 89 04 24") // mov [r12], rax
                .store(KEPT_2, U32, KEPT_1, 0x18, "89 6b 18") // mov [rbx+0x18], ebp
                .store(SCRATCH, U8, KEPT_7, 0, "41 88 0f"); // mov [r15], cl
    }

    @Test
    void compares_and_branches_near_with_one_byte_and_far_with_four() {
        x86.branch(RESULT, EQUAL, new Constant(-11), 4 + 2 + 0x7f, "48 83 f8 f5 74 7f") // cmp rax, -11; je
                .branch(RESULT, EQUAL, new Constant(-11), 4 + 6 + 0x80, "48 83 f8 f5 0f 84 80 00 00 00")
                .branch(
                        KEPT_2,
                        LESS,
                        new Constant(0x1000),
                        7 + 2 - 0x80,
                        "48 81 fd 00 10 00 00 7c 80") // cmp rbp, 0x1000; jl
                .branch(
                        KEPT_5,
                        NOT_EQUAL,
                        new Constant(0),
                        3 + 6 - 0x85,
                        "4d 85 ed 0f 85 7b ff ff ff") // test r13, r13; jne
                .branch(ARGUMENT_3, GREATER, in(ARGUMENT_2), 3 + 2, "48 39 f2 7f 00"); // cmp rdx, rsi; jg
    }

    @Test
    void jumps() {
        x86.jump(2 + 0x10, "eb 10").jump(5 + 0x100, "e9 00 01 00 00").jump(2 - 0x11, "eb ef");
    }

    @Test
    void calls_the_kernel_by_number() {
        x86.step(new Instruction.Call(SystemCall.EXIT_GROUP), "b8 e7 00 00 00 0f 05"); // mov eax, 231; syscall
    }

    @Test
    void refuses_what_does_not_fit() {
        assertThatIllegalArgumentException().isThrownBy(() -> x86.move(SCRATCH, 1L << 32, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> x86.move(SCRATCH, -1L << 32, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> x86.add(SCRATCH, 1L << 31, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> x86.store(SCRATCH, U16, KEPT_1, 0, ""));
    }
}
