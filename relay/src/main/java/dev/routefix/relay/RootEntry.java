package dev.routefix.relay;

import static dev.routefix.relay.Condition.LESS;
import static dev.routefix.relay.Condition.NOT_EQUAL;
import static dev.routefix.relay.Program.RESULT;
import static dev.routefix.relay.Program.SCRATCH;
import static dev.routefix.relay.Program.STACK;
import static dev.routefix.relay.Width.U64;

import dev.routefix.relay.Assembler.Placed;
import dev.routefix.relay.Operand.Address;
import dev.routefix.relay.Operand.Constant;
import dev.routefix.relay.Operand.Variable;

/**
 * A static executable of less than 1 KB: {@code on-host DIRECTORY PROGRAM ARGUMENTS...} makes the directory its root (chroot(2)) and becomes the program that
 * stands there. So a process in a container, whose image has no shell and no tools, starts programs of the host in the host's own root, {@code /proc/1/root}.
 * It needs the capability SYS_CHROOT. Where it cannot, it says why on stderr and ends with 126, as env(1) does.
 */
public final class RootEntry {

    private static final int NOT_EXECUTED = 126;

    private static final Variable COUNT = new Variable("count", Register.KEPT_1);
    private static final Variable ENVIRONMENT = new Variable("environment", Register.KEPT_2);
    private static final Variable ARGUMENTS = new Variable("arguments", Register.KEPT_3);
    private static final Variable TEXT = new Variable("text", Register.KEPT_4);
    private static final Variable SIZE = new Variable("size", Register.KEPT_5);

    private static final ByteString USAGE = ByteString.text("usage: on-host DIRECTORY PROGRAM ARGUMENTS...\n");
    private static final ByteString NO_ROOT = ByteString.text(
            "on-host: cannot make the host's root its own: give the container the capability SYS_CHROOT\n");
    private static final ByteString NO_PROGRAM = ByteString.text("on-host: the host cannot execute the program\n");

    private RootEntry() {}

    /** The bytes of the file; its mode must allow to execute it. */
    public static byte[] executable(Machine machine) {
        return ByteString.join(
                        Elf.of(program(), machine).stream().map(Placed::bytes).toList())
                .toArray();
    }

    /** On the stack are argc, the addresses of the arguments, a zero, and the addresses of the environment. */
    private static Program program() {
        var p = new Program();
        p.label("start")
                .load(COUNT, U64, STACK, 0)
                .move(TEXT, "usage")
                .move(SIZE, USAGE.size())
                .branch(COUNT, LESS, 3, "complain")
                .note("the environment is 8 bytes for each argument and 16 more above the stack's top")
                .move(ENVIRONMENT, COUNT)
                .add(ENVIRONMENT, COUNT)
                .move(SCRATCH, ENVIRONMENT)
                .add(ENVIRONMENT, SCRATCH)
                .move(SCRATCH, ENVIRONMENT)
                .add(ENVIRONMENT, SCRATCH)
                .add(ENVIRONMENT, STACK)
                .add(ENVIRONMENT, 16)
                .move(TEXT, "noRoot")
                .move(SIZE, NO_ROOT.size())
                .load(SCRATCH, U64, STACK, 16)
                .call(SystemCall.CHROOT, SCRATCH)
                .branch(RESULT, NOT_EQUAL, 0, "complain")
                .call(SystemCall.CHDIR, new Address("slash"))
                .branch(RESULT, NOT_EQUAL, 0, "complain")
                .move(ARGUMENTS, STACK)
                .add(ARGUMENTS, 24)
                .load(SCRATCH, U64, ARGUMENTS, 0)
                .note("comes back only if it failed")
                .call(SystemCall.EXECVE, SCRATCH, ARGUMENTS, ENVIRONMENT)
                .move(TEXT, "noProgram")
                .move(SIZE, NO_PROGRAM.size())
                .label("complain")
                .call(SystemCall.WRITE, new Constant(2), TEXT, SIZE)
                .call(SystemCall.EXIT_GROUP, new Constant(NOT_EXECUTED));
        return p.constant("slash", ByteString.terminated("/"), "")
                .constant("usage", USAGE, "")
                .constant("noRoot", NO_ROOT, "")
                .constant("noProgram", NO_PROGRAM, "");
    }
}
