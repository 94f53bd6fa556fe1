package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.relay.Instruction.Branch;
import dev.routefix.relay.Instruction.Jump;
import dev.routefix.relay.Instruction.Load;
import dev.routefix.relay.Instruction.Move;
import dev.routefix.relay.Instruction.Store;
import dev.routefix.relay.Operand.Address;
import dev.routefix.relay.Operand.Constant;
import dev.routefix.relay.Operand.Variable;

/** Says what an encoder makes of a step, in hexadecimal digits. */
record Encodings(Encoder encoder) {
    static final long HERE = 0x400100;

    static Variable in(Register register) {
        return new Variable(register.name(), register);
    }

    Encodings step(Instruction step, String hex) {
        assertThat(encode(step, HERE)).describedAs(step.toString()).isEqualTo(hex);
        return this;
    }

    Encodings move(Register to, Register from, String hex) {
        return step(new Move(in(to), in(from)), hex);
    }

    Encodings move(Register to, long number, String hex) {
        return step(new Move(in(to), new Constant(number)), hex);
    }

    Encodings address(Register to, long address, String hex) {
        var step = new Move(in(to), new Address("there"));
        assertThat(encode(step, address)).describedAs(step.toString()).isEqualTo(hex);
        return this;
    }

    Encodings add(Register to, Register by, String hex) {
        return step(new Instruction.Add(in(to), in(by)), hex);
    }

    Encodings add(Register to, long number, String hex) {
        return step(new Instruction.Add(in(to), new Constant(number)), hex);
    }

    Encodings subtract(Register to, Register by, String hex) {
        return step(new Instruction.Subtract(in(to), in(by)), hex);
    }

    Encodings load(Register to, Width width, Register base, int offset, String hex) {
        return step(new Load(in(to), width, in(base), offset), hex);
    }

    Encodings store(Register from, Width width, Register base, int offset, String hex) {
        return step(new Store(in(from), width, in(base), offset), hex);
    }

    /** @param distance from the first byte of the step to the target */
    Encodings branch(Register left, Condition condition, Operand right, long distance, String hex) {
        var step = new Branch(in(left), condition, right, "there");
        assertThat(encode(step, HERE + distance)).describedAs(step.toString()).isEqualTo(hex);
        return this;
    }

    Encodings jump(long distance, String hex) {
        assertThat(encode(new Jump("there"), HERE + distance)).isEqualTo(hex);
        return this;
    }

    String encode(Instruction step, long there) {
        return encoder.encode(step, HERE, _ -> there).toString();
    }
}
