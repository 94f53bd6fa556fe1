package dev.routefix.relay;

import static dev.routefix.relay.Condition.EQUAL;
import static dev.routefix.relay.Condition.GREATER;
import static dev.routefix.relay.Condition.LESS;
import static dev.routefix.relay.Condition.NOT_EQUAL;
import static dev.routefix.relay.Program.RESULT;
import static dev.routefix.relay.Program.SCRATCH;
import static dev.routefix.relay.Program.STACK;
import static dev.routefix.relay.Width.U16;
import static dev.routefix.relay.Width.U32;
import static dev.routefix.relay.Width.U64;
import static dev.routefix.relay.Width.U8;

import dev.routefix.relay.Operand.Address;
import dev.routefix.relay.Operand.Constant;
import dev.routefix.relay.Operand.Variable;

/**
 * What a relay does, for every architecture. It tells its story in five parts: {@link #gather}, {@link #connect}, {@link #converse},
 * {@link #deliver} and, where nobody listens, {@link RelayFallback}. The numbers of flags and errors are those of Linux, the same on x86-64 and aarch64.
 */
final class RelayProgram {

    /** So much of stdin, and of the answer, is read at once. */
    static final int MUCH = 1 << 16;

    /** From so much of stdin on, what is there is sent before more is read. */
    static final int ENOUGH = 4095;

    /**
     * Who has more than so many bytes of arguments and environment goes without the resident. A resident takes up to 1 MiB, and one instruction of aarch64
     * reaches as far.
     */
    static final int MOST_STRINGS = 760 << 10;

    /** {@code MAX_ARG_STRLEN} of {@code linux/binfmts.h}: the longest argument or variable. */
    private static final int LONGEST_STRING = 1 << 17;

    private static final int EINTR = -4;
    private static final int EAGAIN = -11;
    private static final int POLLIN = 1;
    private static final int POLLOUT = 4;

    /** Registers are few: some serve two of these, the time of one being over before the other's begins. */
    private static final Variable VARIABLES = new Variable("variables", Register.KEPT_1);

    private static final Variable SLOT = new Variable("slot", Register.KEPT_2);
    private static final Variable LISTS = new Variable("lists", Register.KEPT_3);
    private static final Variable STRING = new Variable("string", Register.KEPT_4);

    private static final Variable SOCKET = new Variable("socket", Register.KEPT_2);
    private static final Variable WATCHED = new Variable("watched", Register.KEPT_3);
    private static final Variable OUT = new Variable("out", Register.KEPT_4);
    private static final Variable OUT_SIZE = new Variable("outSize", Register.KEPT_5);
    private static final Variable END = new Variable("end", Register.KEPT_6);
    private static final Variable IN = new Variable("in", Register.KEPT_7);

    private static final Variable FIRST = new Variable("first", Register.ARGUMENT_1);
    private static final Variable CHUNK = new Variable("chunk", Register.ARGUMENT_3);
    private static final Variable COUNT = new Variable("count", Register.ARGUMENT_2);
    private static final Variable SIZE = new Variable("size", Register.ARGUMENT_2);
    private static final Variable TOTAL = new Variable("total", Register.ARGUMENT_3);

    private static final Variable CODE = new Variable("code", Register.KEPT_6);
    private static final Variable STREAM = new Variable("stream", Register.KEPT_2);
    private static final Variable ERRORS_SIZE = new Variable("errorsSize", Register.KEPT_7);

    private final Program p = new Program();
    private final RelaySettings settings;
    private final RelayTexts texts;
    private final int argumentCount;
    private final int stringsSize;
    private final int watches;

    private RelayProgram(RelaySettings settings) {
        this.settings = settings;
        texts = RelayTexts.of(settings);
        watches = p.variable("watchWrite", watch(0, POLLOUT), "what ppoll is to watch: may the socket be written?");
        p.variable("watchRead", watch(0, POLLIN), "may the socket be read?");
        p.variable("watchStdin", watch(0, POLLIN), "may stdin be read?");
        p.variable(
                "request",
                ByteString.text(RelayRequest.MAGIC),
                "the request's head: what it is, and two numbers to be filled in");
        argumentCount = p.variable("argumentCount", ByteString.zeros(8), "how many of the strings are arguments");
        stringsSize = p.variable(
                "stringsSize", ByteString.zeros(8), "bytes of the strings, which come right behind the head");
        p.reserve("strings", MOST_STRINGS, "the strings and a chunk of stdin; the words of the fallback")
                .reserve("room", LONGEST_STRING + 8 + (ENOUGH + 1) + MUCH + 8, "for the last string and the chunk")
                .reserve("rest", 16, "struct timespec: what is left of the patience; the kernel counts it down")
                .reserve("answer", RelayAnswer.LIMIT + MUCH, "the resident's answer");
    }

    static Program of(RelaySettings settings) {
        var program = new RelayProgram(settings);
        program.gather();
        program.connect();
        program.converse();
        program.send();
        program.receive();
        program.deliver();
        RelayFallback.write(program.p, settings);
        program.fail();
        program.texts.addTo(program.p);
        return program.p;
    }

    /**
     * The kernel starts a process with this on its stack: argc, the addresses of the arguments, a zero, the addresses of the environment, a zero. The strings
     * lie elsewhere, and are copied behind the request's head, so that all of it can be sent at once.
     */
    private void gather() {
        p.note("The kernel starts it here. How many arguments there are lies on top of the stack")
                .label("start")
                .move(VARIABLES, "watchWrite")
                .load(SCRATCH, U64, STACK, 0)
                .store(SCRATCH, U64, VARIABLES, argumentCount)
                .note("then the addresses of the arguments and of the environment, with a zero behind each list")
                .move(SLOT, STACK)
                .add(SLOT, 8)
                .move(LISTS, 2)
                .move(END, "strings")
                .label("nextString")
                .load(STRING, U64, SLOT, 0)
                .add(SLOT, 8)
                .branch(STRING, EQUAL, 0, "endOfList")
                .move(SCRATCH, "room")
                .branch(END, GREATER, SCRATCH, "fallBack")
                .label("nextByte")
                .load(SCRATCH, U8, STRING, 0)
                .add(STRING, 1)
                .store(SCRATCH, U8, END, 0)
                .add(END, 1)
                .branch(SCRATCH, NOT_EQUAL, 0, "nextByte")
                .jump("nextString")
                .label("endOfList")
                .add(LISTS, -1)
                .branch(LISTS, NOT_EQUAL, 0, "nextString")
                .note("their size: end minus begin")
                .move(STRING, "strings")
                .move(SCRATCH, END)
                .subtract(SCRATCH, STRING)
                .store(SCRATCH, U64, VARIABLES, stringsSize);
    }

    /** Nothing has been sent and stdin is untouched: whatever fails here may safely be done by another. */
    private void connect() {
        p.note("AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC")
                .label("open")
                .call(SystemCall.SOCKET, new Constant(1), new Constant(0x80001), new Constant(0))
                .move(SOCKET, RESULT)
                .branch(SOCKET, LESS, 0, "fallBack")
                .note(
                        "0 to 2: stdin, stdout or stderr was closed. Leave a socket there that leads nowhere, and take the next")
                .branch(SOCKET, LESS, 3, "open")
                .note("SOL_SOCKET, SO_SNDTIMEO: bounds the wait for a place in the queue of a busy resident")
                .call(
                        SystemCall.SETSOCKOPT,
                        SOCKET,
                        new Constant(1),
                        new Constant(21),
                        new Address("patience"),
                        new Constant(16))
                .label("connect")
                .call(
                        SystemCall.CONNECT,
                        SOCKET,
                        new Address("socketAddress"),
                        new Constant(texts.socketAddress().size()))
                .branch(RESULT, EQUAL, EINTR, "connect")
                .branch(RESULT, NOT_EQUAL, 0, "fallBack")
                .store(SOCKET, U32, VARIABLES, watches)
                .store(SOCKET, U32, VARIABLES, watches + 8)
                .note(
                        "sent will be the head, the strings and the first chunk of stdin; the size of this one is not known yet")
                .move(OUT, "request")
                .move(OUT_SIZE, 0)
                .add(END, 8)
                .move(IN, "answer")
                .note("of watchRead and watchStdin both")
                .move(WATCHED, 2);
    }

    /** Waits until something can be done without waiting: take of the answer, give of the request, or read stdin. */
    private void converse() {
        p.note("Something went on: the patience begins anew")
                .label("progress")
                .move(FIRST, "rest")
                .note("its nanoseconds stay what they are, less than a second")
                .move(SCRATCH, settings.patience().toSeconds())
                .store(SCRATCH, U64, FIRST, 0)
                .label("wait")
                .branch(OUT_SIZE, EQUAL, 0, "waitForStdin")
                .note("watchWrite and watchRead: stdin can wait while there is something to send")
                .move(FIRST, "watchWrite")
                .move(COUNT, 2)
                .jump("poll")
                .label("waitForStdin");
        if (settings.isClient()) {
            p.note("stdin is not for the resident: send its end").branch(WATCHED, EQUAL, 2, "endOfStdin");
        }
        p.move(FIRST, "watchRead")
                .move(COUNT, WATCHED)
                .label("poll")
                .call(SystemCall.PPOLL, FIRST, COUNT, new Address("rest"), new Constant(0))
                .branch(RESULT, EQUAL, EINTR, "wait")
                .branch(RESULT, EQUAL, 0, "silent")
                .branch(RESULT, LESS, 0, "lost")
                .note("struct pollfd: int fd, short events, short revents")
                .load(SCRATCH, U16, VARIABLES, watches + 8 + 6)
                .branch(SCRATCH, NOT_EQUAL, 0, "receive")
                .branch(OUT_SIZE, EQUAL, 0, "readStdin");
    }

    private void send() {
        p.note("MSG_DONTWAIT | MSG_NOSIGNAL: send what fits")
                .call(SystemCall.SENDTO, SOCKET, OUT, OUT_SIZE, new Constant(0x4040), new Constant(0))
                .branch(RESULT, EQUAL, EAGAIN, "wait")
                .branch(RESULT, EQUAL, EINTR, "wait")
                .branch(RESULT, LESS, 0, "refused")
                .add(OUT, RESULT)
                .subtract(OUT_SIZE, RESULT)
                .branch(OUT_SIZE, NOT_EQUAL, 0, "progress")
                .note("all is sent: the next chunk takes the strings' place")
                .store(OUT_SIZE, U64, VARIABLES, stringsSize)
                .move(OUT, "strings")
                .move(END, OUT)
                .add(END, 8)
                .jump("progress")
                .note(
                        "The resident takes no more: it has answered already, or is gone. Send nothing more, see what can be read")
                .label("refused")
                .move(OUT_SIZE, 0)
                .move(WATCHED, 1)
                .jump("wait")
                .label("readStdin")
                .call(SystemCall.READ, new Constant(0), END, new Constant(MUCH))
                .branch(RESULT, EQUAL, EAGAIN, "wait")
                .branch(RESULT, EQUAL, EINTR, "wait")
                .branch(RESULT, GREATER, 0, "someOfStdin")
                .note("the end of stdin, or one that cannot be read")
                .label("endOfStdin")
                .move(RESULT, 0)
                .move(WATCHED, 1)
                .label("someOfStdin")
                .add(END, RESULT)
                .note("the chunk lies behind the strings: its size, which is known now, and so many bytes")
                .move(CHUNK, "strings")
                .load(SCRATCH, U64, VARIABLES, stringsSize)
                .add(CHUNK, SCRATCH)
                .move(SIZE, END)
                .subtract(SIZE, CHUNK)
                .add(SIZE, -8)
                .store(SIZE, U64, CHUNK, 0)
                .branch(WATCHED, EQUAL, 1, "lastOfStdin")
                .note("the end may be near: a caller's configuration is not much, and then all is sent at once")
                .branch(SIZE, LESS, ENOUGH, "progress")
                .jump("giveOut")
                .note("a chunk of size zero is the last one: this one, or one more")
                .label("lastOfStdin")
                .branch(SIZE, EQUAL, 0, "giveOut")
                .store(RESULT, U64, END, 0)
                .add(END, 8)
                .label("giveOut")
                .move(OUT_SIZE, END)
                .subtract(OUT_SIZE, OUT)
                .jump("progress");
    }

    /** The whole answer is here before a byte of it is given away. */
    private void receive() {
        p.label("receive")
                .call(SystemCall.READ, SOCKET, IN, new Constant(MUCH))
                .branch(RESULT, EQUAL, EAGAIN, "wait")
                .branch(RESULT, EQUAL, EINTR, "wait")
                .note("an end before the answer's end, or an error")
                .branch(RESULT, LESS, 1, "lost")
                .add(IN, RESULT)
                .note("scratch becomes the number of bytes received so far")
                .move(SCRATCH, IN)
                .move(RESULT, "answer")
                .subtract(SCRATCH, RESULT)
                .branch(SCRATCH, LESS, RelayAnswer.HEAD, "progress")
                .note("the head is here: is it one?")
                .load(SIZE, U32, RESULT, 0)
                .move(TOTAL, RelayAnswer.MAGIC)
                .branch(SIZE, NOT_EQUAL, TOTAL, "stranger")
                .note("bytes for stdout, bytes for stderr")
                .load(TOTAL, U32, RESULT, 8)
                .load(SIZE, U32, RESULT, 12)
                .add(TOTAL, SIZE)
                .add(TOTAL, RelayAnswer.HEAD)
                .move(SIZE, RelayAnswer.LIMIT)
                .branch(TOTAL, GREATER, SIZE, "stranger")
                .branch(SCRATCH, LESS, TOTAL, "progress");
    }

    /** First stdout, then stderr, whose bytes lie behind. */
    private void deliver() {
        p.note("The answer is complete")
                .load(CODE, U32, RESULT, 4)
                .load(OUT_SIZE, U32, RESULT, 8)
                .load(ERRORS_SIZE, U32, RESULT, 12)
                .move(OUT, RESULT)
                .add(OUT, RelayAnswer.HEAD)
                .label("print")
                .move(STREAM, 1)
                .label("write")
                .branch(OUT_SIZE, EQUAL, 0, "written")
                .call(SystemCall.WRITE, STREAM, OUT, OUT_SIZE)
                .branch(RESULT, EQUAL, EINTR, "write")
                .branch(RESULT, EQUAL, EAGAIN, "full")
                .branch(RESULT, LESS, 1, "broken")
                .add(OUT, RESULT)
                .subtract(OUT_SIZE, RESULT)
                .jump("write")
                .label("written")
                .branch(STREAM, EQUAL, 2, "exit")
                .move(STREAM, 2)
                .move(OUT_SIZE, ERRORS_SIZE)
                .jump("write")
                .note("A pipe that does not block is full: wait for room, as long as its reader likes")
                .label("full")
                .store(STREAM, U32, VARIABLES, watches)
                .call(SystemCall.PPOLL, new Address("watchWrite"), new Constant(1), new Constant(0), new Constant(0))
                .jump("write")
                .note("Nobody reads. Without stderr the call may be a success, without stdout the caller has no result")
                .label("broken")
                .branch(STREAM, EQUAL, 2, "exit")
                .move(CODE, 1)
                .label("exit")
                .call(SystemCall.EXIT_GROUP, CODE);
    }

    /** The error objects of the CNI specification, section 5, with code 11: try again later. */
    private void fail() {
        complain("absent", texts.absent());
        p.jump("complain");
        complain("silent", texts.silent());
        p.jump("complain");
        complain("stranger", texts.stranger());
        p.jump("complain");
        complain("lost", texts.lost());
        p.label("complain").move(ERRORS_SIZE, 0).move(CODE, 1).jump("print");
    }

    private void complain(String label, ByteString text) {
        p.label(label).move(OUT, label + "Text").move(OUT_SIZE, text.size());
    }

    private static ByteString watch(int descriptor, int event) {
        return ByteString.number(4, descriptor).and(ByteString.number(2, event)).and(ByteString.zeros(2));
    }
}
