package dev.routefix.relay;

import dev.routefix.relay.Operand.Address;
import dev.routefix.relay.Operand.Constant;
import dev.routefix.relay.Operand.Variable;
import java.util.ArrayList;
import java.util.List;

/**
 * A program being written: steps in their order, each with what is to be known about it. It has three parts: {@code code} and constants, which
 * nobody may change, {@code variables} with what they hold at first, and {@code reserved} memory that is zero at first.
 */
final class Program {
    static final Variable STACK = new Variable("stack", Register.STACK);
    static final Variable RESULT = new Variable("result", Register.RESULT);
    static final Variable SCRATCH = new Variable("scratch", Register.SCRATCH);

    /** The places of a system call's arguments, in their order. */
    static final List<Variable> ARGUMENTS = List.of(
            new Variable("argument1", Register.ARGUMENT_1),
            new Variable("argument2", Register.ARGUMENT_2),
            new Variable("argument3", Register.ARGUMENT_3),
            new Variable("argument4", Register.ARGUMENT_4),
            new Variable("argument5", Register.ARGUMENT_5));

    private final List<Line> code = new ArrayList<>();
    private final List<Line> constants = new ArrayList<>();
    private final List<Line> variables = new ArrayList<>();
    private final List<Reserved> reserved = new ArrayList<>();
    private String note = "";

    /** One step and what is to be said about it. */
    record Line(Instruction step, String note) {}

    /** So many bytes of memory that have no place in the file. */
    record Reserved(String label, int size, String note) {}

    List<Line> code() {
        return List.copyOf(code);
    }

    List<Line> constants() {
        return List.copyOf(constants);
    }

    List<Line> variables() {
        return List.copyOf(variables);
    }

    List<Reserved> reserved() {
        return List.copyOf(reserved);
    }

    /** What is to be said about the next step. */
    Program note(String about) {
        note = about;
        return this;
    }

    Program label(String name) {
        return step(new Instruction.Label(name));
    }

    Program move(Variable to, Operand from) {
        return step(new Instruction.Move(to, from));
    }

    Program move(Variable to, long number) {
        return move(to, new Constant(number));
    }

    Program move(Variable to, String label) {
        return move(to, new Address(label));
    }

    Program add(Variable to, Operand by) {
        return step(new Instruction.Add(to, by));
    }

    Program add(Variable to, long number) {
        return add(to, new Constant(number));
    }

    Program subtract(Variable to, Variable by) {
        return step(new Instruction.Subtract(to, by));
    }

    Program load(Variable to, Width width, Variable base, int offset) {
        return step(new Instruction.Load(to, width, base, offset));
    }

    Program store(Variable from, Width width, Variable base, int offset) {
        return step(new Instruction.Store(from, width, base, offset));
    }

    Program branch(Variable left, Condition condition, Operand right, String label) {
        return step(new Instruction.Branch(left, condition, right, label));
    }

    Program branch(Variable left, Condition condition, long right, String label) {
        return branch(left, condition, new Constant(right), label);
    }

    Program jump(String label) {
        return step(new Instruction.Jump(label));
    }

    /** A system call. Arguments may be where they must be already. The result is a number from -4095 to -1, the negated errno, if it failed (syscall(2)). */
    Program call(SystemCall call, Operand... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            var place = ARGUMENTS.get(i);
            if (!(arguments[i] instanceof Variable variable && variable.register() == place.register())) {
                move(place, arguments[i]);
            }
        }
        return step(new Instruction.Call(call));
    }

    Program constant(String label, ByteString bytes, String about) {
        constants.add(new Line(new Instruction.Label(label), about));
        constants.add(new Line(new Instruction.Data(bytes), ""));
        return this;
    }

    /** The variable's distance from the first one. */
    int variable(String label, ByteString bytes, String about) {
        int offset = variables.stream().mapToInt(Program::size).sum();
        variables.add(new Line(new Instruction.Label(label), about));
        variables.add(new Line(new Instruction.Data(bytes), ""));
        return offset;
    }

    Program reserve(String label, int size, String about) {
        reserved.add(new Reserved(label, size, about));
        return this;
    }

    private Program step(Instruction instruction) {
        code.add(new Line(instruction, note));
        note = "";
        return this;
    }

    private static int size(Line line) {
        return line.step() instanceof Instruction.Data(var bytes) ? bytes.size() : 0;
    }
}
