package dev.routefix.dhcp.machine;

/** What a server gives cannot be used. */
final class Unacceptable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param fault to follow the server's name */
    Unacceptable(String fault) {
        super(fault, null, false, false);
    }
}
