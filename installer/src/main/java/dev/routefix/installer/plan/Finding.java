package dev.routefix.installer.plan;

import java.util.List;

/**
 * Something that works against us and is not ours to change. It is told once in the log, and in {@code ctl status} as long as it lasts.
 *
 * @param text for the user, one line: the culprit, what comes of it, and the cure
 * @param blocks whether an ADD now would not give a pod a network that works
 */
public record Finding(String text, boolean blocks) {

    /** What a pod added now suffers from. */
    public static Finding blocking(String text) {
        return new Finding(text, true);
    }

    /** What the user should know, although pods are served. */
    public static Finding told(String text) {
        return new Finding(text, false);
    }

    /** The lines of those that block, or of those that do not. */
    public static List<String> texts(List<Finding> findings, boolean blocking) {
        return findings.stream()
                .filter(finding -> finding.blocks() == blocking)
                .map(Finding::text)
                .toList();
    }
}
