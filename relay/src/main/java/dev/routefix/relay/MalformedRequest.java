package dev.routefix.relay;

import java.io.IOException;
import java.io.Serial;

/** What came through the socket is no request, an unfinished one, or too large a one. It is refused whole. */
public final class MalformedRequest extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    MalformedRequest(String message) {
        super(message);
    }
}
