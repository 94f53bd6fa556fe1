package dev.routefix.netlink.namespace;

import dev.routefix.netlink.sys.NetworkNamespace;
import dev.routefix.netlink.sys.Refusal;
import dev.routefix.netlink.sys.Transport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A kernel that answers as told, and remembers what it was sent. */
final class ScriptedKernel implements Transport {

    /** One message of an answer, before it has a sequence number. */
    record Message(int type, int flags, ByteBuffer body) {}

    private final Queue<Object> answers = new ArrayDeque<>();
    private final List<byte[]> sent = new ArrayList<>();

    /** Next, a datagram whose messages carry the number of the newest request, moved by {@code offset}. */
    ScriptedKernel answers(int offset, Message... messages) {
        answers.add(new Datagram(offset, List.of(messages)));
        return this;
    }

    /** Next, a failing receive. */
    ScriptedKernel fails(Refusal refusal) {
        answers.add(refusal);
        return this;
    }

    int sends() {
        return sent.size();
    }

    @Override
    public void send(ByteBuffer requests) {
        var bytes = new byte[requests.remaining()];
        requests.get(bytes);
        sent.add(bytes);
    }

    @Override
    public ByteBuffer receive() {
        return switch (answers.remove()) {
            case Refusal refusal -> throw refusal;
            case Datagram datagram -> datagram.bytes(lastSequence());
            case Object other -> throw new IllegalStateException(other.toString());
        };
    }

    private int lastSequence() {
        ByteBuffer requests = ByteBuffer.wrap(sent.getLast()).order(ByteOrder.nativeOrder());
        int sequence = 0;
        while (requests.hasRemaining()) {
            int start = requests.position();
            sequence = requests.getInt(start + 8);
            requests.position(start + requests.getInt(start));
        }
        return sequence;
    }

    @Override
    public NetworkNamespace namespace() {
        throw new IllegalStateException("a kernel of the test's own is in no namespace");
    }

    @Override
    public long cookie() {
        throw new IllegalStateException("a kernel of the test's own is in no namespace");
    }

    @Override
    public void close() {}

    private record Datagram(int offset, List<Message> messages) {
        ByteBuffer bytes(int sequence) {
            ByteBuffer out = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
            for (Message message : messages) {
                out.putInt(16 + message.body().remaining())
                        .putShort((short) message.type())
                        .putShort((short) message.flags())
                        .putInt(sequence + offset)
                        .putInt(0)
                        .put(message.body().duplicate());
            }
            return out.flip();
        }
    }
}
