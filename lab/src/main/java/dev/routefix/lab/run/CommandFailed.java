package dev.routefix.lab.run;

import java.util.List;

/** A process that could not be started, did not end in time or ended with another exit code than 0. */
public final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Output output;

    CommandFailed(List<String> argv, String what, Output output) {
        super(String.join(" ", argv) + ": " + what + said(output));
        this.output = output;
    }

    public Output output() {
        return output;
    }

    private static String said(Output output) {
        String text = (output.stderr() + output.stdout()).strip();
        return text.isEmpty() ? "" : ": " + text;
    }
}
