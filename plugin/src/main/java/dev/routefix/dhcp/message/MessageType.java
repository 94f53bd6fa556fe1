package dev.routefix.dhcp.message;

/** Values of option 53 (RFC 2132, section 9.6). Others, such as FORCERENEW (RFC 3203), are none that we may trust or need. */
public enum MessageType {
    DISCOVER(1),
    OFFER(2),
    REQUEST(3),
    DECLINE(4),
    ACK(5),
    NAK(6),
    RELEASE(7);

    public final int number;

    MessageType(int number) {
        this.number = number;
    }

    /**
     * The type of that number.
     *
     * @throws MalformedMessage if it is none of these
     */
    static MessageType of(int number) {
        for (var type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new MalformedMessage("has the message type " + number + ", which no client expects");
    }
}
