package dev.routefix.installer.log;

import dev.routefix.cni.CniException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The node is not as it has to be, or refuses. The message is for the user: one line per problem, with the culprit and the cure. */
public class HostProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What the C library calls ENOSPC. */
    private static final String FULL = "No space left on device";

    private static final String ROOM = ": the file system is full, make room on it and it is tried again";

    public HostProblem(String message) {
        super(message);
    }

    public HostProblem(String message, Throwable cause) {
        super(message, cause);
    }

    /** The plugin's own failure, which names culprit and cure already. */
    public static HostProblem of(CniException e) {
        return new HostProblem(String.valueOf(e.getMessage()), e);
    }

    /**
     * Says what was attempted and what the system said to it.
     *
     * @param attempt such as {@code write /opt/cni/bin/macvlan}
     */
    public static HostProblem of(String attempt, IOException e) {
        var reason = reason(e);
        return new HostProblem("cannot " + attempt + ": " + reason + (reason.endsWith(FULL) ? ROOM : ""), e);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileSystemException refused when refused.getReason() != null -> refused.getReason();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
