package dev.routefix.netlink.codec;

import java.nio.ByteBuffer;

/**
 * How a request ended: {@code struct nlmsgerr} of {@code linux/netlink.h} with the attributes of an extended ack, or the end of a dump.
 *
 * @param errno positive, 0 for success
 * @param text the kernel's own words ({@code NLMSGERR_ATTR_MSG}), or empty
 * @param offset byte of the request the kernel objects to ({@code NLMSGERR_ATTR_OFFS}), or 0
 */
public record NlMsgErr(int errno, String text, int offset) {

    /** The request's payload is left out, only its header comes back. */
    private static final int NLM_F_CAPPED = 0x100;

    /** Attributes follow. */
    private static final int NLM_F_ACK_TLVS = 0x200;

    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int NLMSGERR_ATTR_OFFS = 2;

    /** Reads an {@link NlMsg#NLMSG_ERROR}: the error, the request's header, its payload unless capped, the attributes. */
    public static NlMsgErr ofError(NlMsg message) {
        ByteBuffer body = message.body().duplicate().order(message.body().order());
        NlMsg.require(body, Integer.BYTES + NlMsg.HEADER, "nlmsgerr");
        int errno = -body.getInt();
        int request = (message.flags() & NLM_F_CAPPED) != 0 ? NlMsg.HEADER : NlAttr.align(body.getInt(body.position()));
        if ((message.flags() & NLM_F_ACK_TLVS) == 0) {
            return new NlMsgErr(errno, "", 0);
        }
        if (request < NlMsg.HEADER || request > body.remaining()) {
            throw Malformed.message("an error quotes " + request + " bytes, " + body.remaining() + " are there");
        }
        body.position(body.position() + request);
        return extended(errno, body);
    }

    /** Reads an {@link NlMsg#NLMSG_DONE}: how the dump ended, the attributes. */
    public static NlMsgErr ofDone(NlMsg message) {
        ByteBuffer body = message.body().duplicate().order(message.body().order());
        NlMsg.require(body, Integer.BYTES, "end of dump");
        int status = body.getInt();
        int errno = status < 0 ? -status : 0;
        return (message.flags() & NLM_F_ACK_TLVS) == 0 ? new NlMsgErr(errno, "", 0) : extended(errno, body);
    }

    private static NlMsgErr extended(int errno, ByteBuffer attributes) {
        String text = "";
        int offset = 0;
        var attrs = new NlAttrs(attributes);
        while (attrs.next()) {
            switch (attrs.type()) {
                case NLMSGERR_ATTR_MSG -> text = attrs.text();
                case NLMSGERR_ATTR_OFFS -> offset = attrs.number();
                default -> {} // cookie, policy, what is missing: of no use to a person
            }
        }
        return new NlMsgErr(errno, text, offset);
    }
}
