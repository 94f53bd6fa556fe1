package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.codec.ChangeMessage;
import dev.routefix.netlink.codec.NlMsg;
import dev.routefix.netlink.codec.NlMsgErr;
import dev.routefix.netlink.codec.RouteMessage;
import dev.routefix.netlink.sys.Buffers;
import dev.routefix.netlink.sys.Refusal;
import dev.routefix.netlink.sys.Transport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions and answers: numbers the requests, tells their answers from those of older ones, asks again where a table moved. */
final class Conversation implements AutoCloseable {

    /**
     * So many requests go into one send. Each may be refused, and the refusals wait in the socket's receive buffer: a refusal takes up to
     * 1,300 bytes there, Linux gives 212,992 by default ({@code net.core.rmem_default}).
     */
    static final int BATCH = 16;

    /** So often a dump is repeated because the table changed meanwhile. */
    static final int DUMPS = 20;

    /** No lambda, which would be linked on every CNI call of a process of its own. */
    private static final Reading<ByteBuffer> COPY = new Reading<>() {
        @Override
        public ByteBuffer read(ByteBuffer body) {
            return copy(body);
        }
    };

    private final Transport transport;
    private final ByteBuffer out = Buffers.SMALL.take();
    private boolean closed;
    private boolean waiting;
    private int sequence;

    Conversation(Transport transport) {
        this.transport = transport;
    }

    /** An empty buffer for the next request. */
    ByteBuffer blank() {
        if (closed) {
            throw new Refusal(Errno.EBADF.number, "");
        }
        return out.clear();
    }

    /** Whether an answer is still to come, which nobody waits for any more. */
    boolean isBroken() {
        return waiting;
    }

    private void send(ByteBuffer requests) {
        waiting = true;
        transport.send(requests);
    }

    /** Sends the one request in the buffer and gives its answer's body, which lives until the next call. */
    ByteBuffer ask() {
        NlMsg.number(out, ++sequence);
        return answer(out);
    }

    /** Sends the requests in the buffer, which the kernel takes as one and of which one asks to be answered in any case. */
    void transact() {
        transact(out);
    }

    /** The same with requests that need more room than {@link #blank} has. */
    void transact(ByteBuffer requests) {
        NlMsg.numberAll(requests, ++sequence);
        try {
            answer(requests);
        } catch (Refusal refusal) {
            if (refusal.errno() != 0) {
                throw refusal;
            }
        }
    }

    private ByteBuffer answer(ByteBuffer requests) {
        send(requests.flip());
        while (true) {
            ByteBuffer datagram = transport.receive();
            while (datagram.hasRemaining()) {
                NlMsg answer = NlMsg.read(datagram);
                if (answer.sequence() == sequence) {
                    waiting = false;
                    if (answer.type() == NlMsg.NLMSG_ERROR) {
                        throw refusal(NlMsgErr.ofError(answer));
                    }
                    return answer.body();
                }
            }
        }
    }

    /** Asks several questions, at most {@link #BATCH} of them, by one send. The kernel answers them in order. */
    List<RouteAnswer> askAll(List<RouteQuestion> questions) {
        int first = sequence + 1;
        blank();
        for (var question : questions) {
            RouteMessage.writeQuestion(out, question, ++sequence);
        }
        send(out.flip());
        var answers = new ArrayList<RouteAnswer>();
        while (answers.size() < questions.size()) {
            ByteBuffer datagram = transport.receive();
            while (datagram.hasRemaining()) {
                NlMsg answer = NlMsg.read(datagram);
                if (answer.sequence() != first + answers.size()) {
                    continue;
                }
                answers.add(
                        answer.type() == NlMsg.NLMSG_ERROR
                                ? RouteAnswer.refused(NlMsgErr.ofError(answer).errno())
                                : RouteMessage.readAnswer(answer.body()));
            }
        }
        waiting = false;
        return answers;
    }

    /** Makes something of an entry's body, which lives no longer than that; null if the entry is of no interest. */
    interface Reading<T> {
        @Nullable
        T read(ByteBuffer body);
    }

    /** Sends the one dump request in the buffer and gives the bodies of all entries, read in one go. */
    List<ByteBuffer> dump() {
        return dump(COPY);
    }

    /** The same for a table that may be too large to be kept whole. */
    <T> List<T> dump(Reading<T> reading) {
        out.flip();
        for (int turn = 0; turn < DUMPS; turn++) {
            NlMsg.number(out, ++sequence);
            send(out.rewind());
            var entries = new ArrayList<T>();
            if (collect(entries, reading)) {
                return entries;
            }
        }
        throw new Refusal(Errno.EINTR.number, "the table changed while it was read, " + DUMPS + " times over");
    }

    /** Reads a dump to its end; false if the table changed meanwhile. */
    private <T> boolean collect(List<T> entries, Reading<T> reading) {
        boolean steady = true;
        while (true) {
            ByteBuffer datagram = transport.receive();
            while (datagram.hasRemaining()) {
                NlMsg answer = NlMsg.read(datagram);
                if (answer.sequence() != sequence) {
                    continue;
                }
                steady &= (answer.flags() & NlMsg.NLM_F_DUMP_INTR) == 0;
                switch (answer.type()) {
                    case NlMsg.NLMSG_ERROR -> {
                        waiting = false;
                        throw refusal(NlMsgErr.ofError(answer));
                    }
                    case NlMsg.NLMSG_DONE -> {
                        waiting = false;
                        NlMsgErr end = NlMsgErr.ofDone(answer);
                        if (end.errno() != 0) {
                            throw refusal(end);
                        }
                        return steady;
                    }
                    default -> {
                        var entry = reading.read(answer.body());
                        if (entry != null) {
                            entries.add(entry);
                        }
                    }
                }
            }
        }
    }

    private static ByteBuffer copy(ByteBuffer body) {
        return ByteBuffer.allocate(body.remaining())
                .order(ByteOrder.nativeOrder())
                .put(body)
                .flip();
    }

    /**
     * Has the changes made, at most {@link #BATCH} of them, by one send. Only the last asks to be answered in any case; the kernel takes them in
     * order, so that answer says all are through, and a refused one is always answered.
     *
     * @return for each change what the kernel refused it with, or null
     */
    @Nullable
    Refusal[] apply(List<Change> changes) {
        int first = sequence + 1;
        int last = changes.size() - 1;
        blank();
        for (int i = 0; i <= last; i++) {
            ChangeMessage.write(out, changes.get(i), i == last ? NlMsg.NLM_F_ACK : 0, ++sequence);
        }
        send(out.flip());
        var refusals = new @Nullable Refusal[changes.size()];
        while (true) {
            ByteBuffer datagram = transport.receive();
            while (datagram.hasRemaining()) {
                NlMsg answer = NlMsg.read(datagram);
                int index = answer.sequence() - first;
                if (answer.type() != NlMsg.NLMSG_ERROR || index < 0 || index > last) {
                    continue;
                }
                NlMsgErr end = NlMsgErr.ofError(answer);
                refusals[index] = end.errno() == 0 ? null : refusal(end);
                if (index == last) {
                    waiting = false;
                    return refusals;
                }
            }
        }
    }

    private static Refusal refusal(NlMsgErr end) {
        return new Refusal(end.errno(), end.text());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            transport.close();
            Buffers.SMALL.giveBack(out);
        }
    }
}
