package dev.routefix.installer.plan;

import java.util.List;

/**
 * Something that is not as it should be, in the same words for the log, readiness, {@code ctl status} and {@code ctl doctor}.
 *
 * @param subject whom it concerns, such as {@code pods} or {@code pod default/web-0 (192.168.2.76)}
 * @param problem what comes of it, as the end of a sentence that begins with the cause
 * @param cause the culprit and what it does, as the beginning of that sentence
 * @param cure the command or the setting that puts it right
 * @param blocks whether an ADD now would not give a pod a network that works
 */
public record Finding(String subject, String problem, String cause, String cure, boolean blocks) {

    /** The subject of what is not any one network's. */
    public static final String KUBE_PROXY = "kube-proxy";

    /** What a pod added now suffers from. */
    public static Finding blocking(String subject, String problem, String cause, String cure) {
        return new Finding(subject, problem, cause, cure, true);
    }

    /** What the user should know, although pods are served. */
    public static Finding told(String subject, String problem, String cause, String cure) {
        return new Finding(subject, problem, cause, cure, false);
    }

    /** One that is told already, in a line whose last colon stands before the cure. */
    public static Finding ofLine(String subject, String problem, String line) {
        int at = line.lastIndexOf(": ");
        return at < 0
                ? ofFailure(subject, problem, line)
                : blocking(subject, problem, line.substring(0, at), line.substring(at + 2));
    }

    /** What the system has not let us do, in its own words. */
    public static Finding ofFailure(String subject, String problem, String line) {
        return blocking(subject, problem, line, "put right what is named here; it is tried again by itself");
    }

    /** The same on a node that has several networks, where it is about one of them. */
    public Finding of(String network) {
        return new Finding(subject, problem + " (network " + network + ")", cause, cure, blocks);
    }

    /** One line: the culprit, what comes of it, and the cure. */
    public String text() {
        return cause + ", so " + problem + ": " + cure;
    }

    /** The lines of those that block, or of those that do not. */
    public static List<String> texts(List<Finding> findings, boolean blocking) {
        return findings.stream()
                .filter(finding -> finding.blocks() == blocking)
                .map(Finding::text)
                .toList();
    }
}
