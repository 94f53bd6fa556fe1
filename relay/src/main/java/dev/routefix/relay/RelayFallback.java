package dev.routefix.relay;

import static dev.routefix.relay.Condition.EQUAL;
import static dev.routefix.relay.Condition.NOT_EQUAL;
import static dev.routefix.relay.Program.SCRATCH;
import static dev.routefix.relay.Program.STACK;
import static dev.routefix.relay.Width.U32;
import static dev.routefix.relay.Width.U64;
import static dev.routefix.relay.Width.U8;

import dev.routefix.relay.Operand.Address;
import dev.routefix.relay.Operand.Variable;

/**
 * The steps of a relay where nobody listens: it becomes the fallback. They begin at the label {@code fallBack} and, if the fallback cannot be
 * executed, end with going on at what follows them.
 */
final class RelayFallback {
    private static final Variable SLOT = new Variable("slot", Register.KEPT_2);
    private static final Variable KEEP = new Variable("keep", Register.KEPT_3);
    private static final Variable STRING = new Variable("string", Register.KEPT_4);
    private static final Variable WORD = new Variable("word", Register.KEPT_5);
    private static final Variable ENVIRONMENT = new Variable("environment", Register.KEPT_6);
    private static final Variable NAME = new Variable("name", Register.ARGUMENT_2);
    private static final Variable TO = new Variable("to", Register.KEPT_7);

    private final Program p;
    private final int words;

    private RelayFallback(Program p, int words) {
        this.p = p;
        this.words = words;
    }

    static void write(Program p, RelaySettings settings) {
        p.note("Nobody listens").label("fallBack");
        if (!settings.isClient()) {
            var fallback = new RelayFallback(p, settings.fallback().size());
            fallback.environment();
            fallback.words();
            fallback.execute();
        }
    }

    /** Keeps of the environment what does not make a loader or a JVM behave otherwise. A variable is known by its first 4 bytes. */
    private void environment() {
        p.move(SLOT, STACK)
                .add(SLOT, 8)
                .label("nextArgument")
                .load(SCRATCH, U64, SLOT, 0)
                .add(SLOT, 8)
                .branch(SCRATCH, NOT_EQUAL, 0, "nextArgument")
                .note("slot is where the environment begins. What is kept moves up to keep")
                .move(ENVIRONMENT, SLOT)
                .move(KEEP, SLOT)
                .label("nextVariable")
                .load(STRING, U64, SLOT, 0)
                .add(SLOT, 8)
                .store(STRING, U64, KEEP, 0)
                .branch(STRING, EQUAL, 0, "environmentDone")
                .note("a short string is followed by others and at last by zeros: 4 bytes can always be read")
                .load(SCRATCH, U32, STRING, 0)
                .move(NAME, "dropped")
                .label("nextName")
                .load(WORD, U32, NAME, 0)
                .add(NAME, 4)
                .branch(WORD, EQUAL, SCRATCH, "nextVariable")
                .branch(WORD, NOT_EQUAL, 0, "nextName")
                .add(KEEP, 8)
                .jump("nextVariable");
    }

    /** Writes out the words, and their addresses where the relay's own name was and further down the stack. The relay's arguments are behind them. */
    private void words() {
        p.note("The fallback's words take the place of argument 0 and of what lies before it")
                .label("environmentDone")
                .move(SLOT, STACK)
                .add(SLOT, fromStack())
                .move(WORD, "words")
                .move(TO, "strings")
                .label("nextWord")
                .store(TO, U64, SLOT, 0)
                .add(SLOT, 8)
                .label("nextCharacter")
                .load(SCRATCH, U8, WORD, 0)
                .add(WORD, 1)
                .branch(SCRATCH, EQUAL, RelayTexts.DIRECTORY, "insertDirectory")
                .store(SCRATCH, U8, TO, 0)
                .add(TO, 1)
                .branch(SCRATCH, NOT_EQUAL, 0, "nextCharacter")
                .note("an empty word is behind the last one")
                .load(SCRATCH, U8, WORD, 0)
                .branch(SCRATCH, NOT_EQUAL, 0, "nextWord")
                .jump("execute")
                .label("insertDirectory")
                .move(NAME, "directory")
                .label("nextOfDirectory")
                .load(SCRATCH, U8, NAME, 0)
                .add(NAME, 1)
                .branch(SCRATCH, EQUAL, 0, "nextCharacter")
                .store(SCRATCH, U8, TO, 0)
                .add(TO, 1)
                .jump("nextOfDirectory");
    }

    private void execute() {
        p.label("execute")
                .move(SLOT, STACK)
                .add(SLOT, fromStack())
                .note("comes back only if it failed")
                .call(SystemCall.EXECVE, new Address("strings"), SLOT, ENVIRONMENT);
    }

    /** From the stack's top, where argc is and argument 0 behind it, to the address of the first word: the last one takes argument 0's place. */
    private int fromStack() {
        return 16 - 8 * words;
    }
}
