package dev.routefix.installer.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The node is not as it has to be, or refuses. The message is for the user: one line per problem, with the culprit and the cure. */
public class HostProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public HostProblem(String message) {
        super(message);
    }

    public HostProblem(String message, Throwable cause) {
        super(message, cause);
    }

    /** Says which file could not be dealt with and what the system said. */
    static HostProblem at(String attempt, Object path, IOException e) {
        var reason = e instanceof FileSystemException f && f.getReason() != null
                ? f.getReason()
                : e instanceof NoSuchFileException
                        ? "no such file or directory"
                        : e instanceof AccessDeniedException
                                ? "permission denied"
                                : e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        return new HostProblem("cannot " + attempt + " " + path + ": " + reason, e);
    }
}
