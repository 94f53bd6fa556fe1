package dev.routefix.lab.cri;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A protocol buffers message by its field numbers, which are those of CRI's api.proto (package runtime.v1): a call needs three or four of
 * them, and no code has to be generated for the rest.
 */
record Message(UnknownFieldSet fields) {
    static final Message EMPTY = new Message(UnknownFieldSet.getDefaultInstance());

    static final Marshaller<Message> MARSHALLER = new Marshaller<>() {
        @Override
        public InputStream stream(Message message) {
            return message.fields.toByteString().newInput();
        }

        @Override
        public Message parse(InputStream stream) {
            try {
                return new Message(UnknownFieldSet.parseFrom(stream));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    /** The same with one more string, which may be one of several of this number. */
    Message with(int number, String value) {
        return with(number, ByteString.copyFromUtf8(value));
    }

    Message with(int number, Message value) {
        return with(number, value.fields.toByteString());
    }

    Message with(int number, long value) {
        return with(number, Field.newBuilder().addVarint(value).build());
    }

    private Message with(int number, ByteString value) {
        return with(number, Field.newBuilder().addLengthDelimited(value).build());
    }

    private Message with(int number, Field field) {
        return new Message(fields.toBuilder().mergeField(number, field).build());
    }

    /** The string of this number; empty if there is none, as the format has it. */
    String text(int number) {
        return values(number).isEmpty() ? "" : values(number).getLast().toStringUtf8();
    }

    /** The number of this number; 0 if there is none, as the format has it. */
    long number(int number) {
        List<Long> values = fields.getField(number).getVarintList();
        return values.isEmpty() ? 0 : values.getLast();
    }

    boolean has(int number) {
        return fields.hasField(number);
    }

    /** The message of this number; empty if there is none. */
    Message message(int number) {
        return has(number) ? messages(number).getLast() : EMPTY;
    }

    /** All messages of this number. */
    List<Message> messages(int number) {
        return values(number).stream().map(Message::parsed).toList();
    }

    private List<ByteString> values(int number) {
        return fields.getField(number).getLengthDelimitedList();
    }

    private static Message parsed(ByteString bytes) {
        try {
            return new Message(UnknownFieldSet.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }
}
