package dev.routefix.netlink.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@code struct nlmsghdr} of {@code linux/netlink.h} and the bytes it heads.
 *
 * @param type one of {@code NLMSG_*} here, or a table's {@code RTM_*}
 * @param flags {@code NLM_F_*}
 * @param sequence the number of the request this answers
 * @param body what follows the header, a view of the buffer it was read from
 */
public record NlMsg(int type, int flags, int sequence, ByteBuffer body) {

    /** {@code NLMSG_HDRLEN}: u32 length, u16 type, u16 flags, u32 sequence, u32 port. */
    static final int HEADER = 16;

    private static final int SEQUENCE_AT = 8;

    public static final int NLMSG_ERROR = 2;
    public static final int NLMSG_DONE = 3;

    static final int NLM_F_REQUEST = 0x1;
    /** Answer also if all went well. A refusal is always answered. */
    public static final int NLM_F_ACK = 0x4;
    /** On an answer: the table changed while it was dumped, entries may be missing or double. */
    public static final int NLM_F_DUMP_INTR = 0x10;
    /** {@code NLM_F_ROOT | NLM_F_MATCH}. */
    static final int NLM_F_DUMP = 0x300;

    static final int NLM_F_REPLACE = 0x100;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;
    static final int NLM_F_APPEND = 0x800;

    /** Starts a message to the kernel at the buffer's position, and returns the buffer. {@link #end} must follow. */
    static ByteBuffer begin(ByteBuffer out, int type, int flags, int sequence) {
        return out.putInt(0)
                .putShort((short) type)
                .putShort((short) (NLM_F_REQUEST | flags))
                .putInt(sequence)
                .putInt(0);
    }

    /** Ends the message started at {@code start}; attributes have padded it to {@code NLMSG_ALIGNTO}. */
    static void end(ByteBuffer out, int start) {
        out.putInt(start, out.position() - start);
    }

    /** Numbers the message that stands at the buffer's start. */
    public static void number(ByteBuffer out, int sequence) {
        out.putInt(SEQUENCE_AT, sequence);
    }

    /** Gives every message that was written into the buffer the same number. */
    public static void numberAll(ByteBuffer out, int sequence) {
        for (int at = 0; at < out.position(); at += NlAttr.align(out.getInt(at))) {
            out.putInt(at + SEQUENCE_AT, sequence);
        }
    }

    /** Takes the next message off the buffer, whole. */
    public static NlMsg read(ByteBuffer in) {
        int start = in.position();
        int left = in.remaining();
        if (left < HEADER) {
            throw Malformed.message(left + " bytes are left at byte " + start + ", too few for a message");
        }
        int length = in.getInt(start);
        if (length < HEADER || length > left) {
            throw Malformed.message(
                    "the message at byte " + start + " claims " + length + " bytes, " + left + " are there");
        }
        in.position(start + Math.min(NlAttr.align(length), left));
        return new NlMsg(
                in.getShort(start + 4) & 0xffff,
                in.getShort(start + 6) & 0xffff,
                in.getInt(start + SEQUENCE_AT),
                in.slice(start + HEADER, length - HEADER).order(ByteOrder.nativeOrder()));
    }

    /** Fails unless {@code body} holds a whole struct of that size. */
    static void require(ByteBuffer body, int size, String struct) {
        if (body.remaining() < size) {
            throw Malformed.message("a " + struct + " of " + body.remaining() + " bytes instead of " + size);
        }
    }
}
