package dev.routefix.cni;

import java.util.ArrayList;
import java.util.List;

/** A failure the runtime is told about: the code of the specification, and a message that names the culprit and the cure. */
public final class CniException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final int number;
    private final String details;

    public CniException(ErrorCode code, String message) {
        this(code, message, "");
    }

    /** An error with more to say than its one line; {@code details} may be empty. */
    public CniException(ErrorCode code, String message, String details) {
        this(code, code.number, message, details);
    }

    private CniException(ErrorCode code, int number, String message, String details) {
        super(message);
        this.code = code;
        this.number = number;
        this.details = details;
    }

    /** Another plugin's error, passed on with its own number. */
    public static CniException passedOn(int number, String message, String details) {
        return new CniException(ErrorCode.INTERNAL, number, message, details);
    }

    /**
     * Several at once, a line each: whoever mends the first should not meet the second afterwards.
     *
     * @param faults at least one; the first has the code
     */
    static CniException of(List<CniException> faults) {
        var first = faults.getFirst();
        if (faults.size() == 1) {
            return first;
        }
        var messages = new ArrayList<String>();
        var details = new ArrayList<String>();
        for (var fault : faults) {
            messages.add(String.valueOf(fault.getMessage()));
            if (!fault.details.isEmpty()) {
                details.add(fault.details);
            }
        }
        return new CniException(first.code, first.number, String.join("\n", messages), String.join("\n", details));
    }

    public ErrorCode code() {
        return code;
    }

    /** The {@code code} of the error object. */
    public int number() {
        return number;
    }

    public String details() {
        return details;
    }
}
