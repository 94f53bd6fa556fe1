package dev.routefix.cni;

/** A failure the runtime is told about: the code of the specification, and a message that names the culprit and the cure. */
public final class CniException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String details;

    public CniException(ErrorCode code, String message) {
        this(code, message, "");
    }

    /** An error with more to say than its one line; {@code details} may be empty. */
    public CniException(ErrorCode code, String message, String details) {
        super(message);
        this.code = code;
        this.details = details;
    }

    public ErrorCode code() {
        return code;
    }

    public String details() {
        return details;
    }
}
