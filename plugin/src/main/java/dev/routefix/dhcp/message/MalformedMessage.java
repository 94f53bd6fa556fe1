package dev.routefix.dhcp.message;

/** A message that breaks the rules of its RFC. Anybody on the LAN can send one, so it holds no stack trace. */
public final class MalformedMessage extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * One with that to say.
     *
     * @param detail what is wrong, to follow the word "it"
     */
    public MalformedMessage(String detail) {
        super(detail, null, false, false);
    }
}
