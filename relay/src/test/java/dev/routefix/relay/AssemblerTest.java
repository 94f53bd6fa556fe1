package dev.routefix.relay;

import static dev.routefix.relay.Program.SCRATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AssemblerTest {

    @Test
    void lets_a_branch_grow_that_must_go_far_and_those_that_it_pushes_too_far() {
        var program = new Program();
        program.jump("near").jump("far");
        fill(program, 62);
        program.label("near");
        fill(program, 64).label("far");

        assertThat(encoded(program).subList(0, 2)).containsExactly("e9 81 00 00 00", "e9 fc 00 00 00");
    }

    @Test
    void keeps_a_branch_short_that_just_reaches() {
        var program = fill(new Program().jump("end"), 63).label("end");

        assertThat(encoded(program)).startsWith("eb 7e");
    }

    @Test
    void puts_variables_a_page_behind_the_code_and_reserved_memory_behind_them() {
        var program = new Program();
        program.move(SCRATCH, "variable").move(SCRATCH, "more").move(SCRATCH, "most");
        program.variable("variable", ByteString.zeros(4), "");
        program.reserve("more", 8, "").reserve("most", 16, "");

        var assembled = assemble(program);

        assertThat(encoded(program).subList(0, 3))
                .containsExactly("b9 10 10 01 00", "b9 14 10 01 00", "b9 1c 10 01 00");
        assertThat(assembled.codeSize()).isEqualTo(15);
        assertThat(assembled.reserved()).isEqualTo(24);
    }

    @Test
    void refuses_a_label_that_is_missing_or_there_twice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> assemble(new Program().jump("nowhere")))
                .withMessage("no label nowhere");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> assemble(new Program().label("here").label("here")))
                .withMessage("two labels here");
    }

    private static Program fill(Program program, int steps) {
        for (int i = 0; i < steps; i++) {
            program.move(SCRATCH, 0); // 2 bytes
        }
        return program;
    }

    private static Assembler.Assembled assemble(Program program) {
        return Assembler.assemble(program, new X86_64(), 0x1000);
    }

    private static List<String> encoded(Program program) {
        return assemble(program).fixed().stream()
                .map(placed -> placed.bytes().toString())
                .toList();
    }
}
