package dev.routefix.lab.cri;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The time that a pod's network took, by what containerd logs at its level debug before it calls the plugins and after they have answered. */
final class NetworkTime {
    private static final String BEGIN = "begin cni setup";
    private static final String END = "cni result: ";

    private NetworkTime() {}

    /** Nothing unless both are in the log. */
    static Optional<Duration> of(String log, String sandboxId) {
        return time(log, BEGIN, sandboxId)
                .flatMap(begin -> time(log, END, sandboxId).map(end -> Duration.between(begin, end)));
    }

    /** Of a line such as {@code time="2026-01-02T03:04:05.678901234Z" level=debug msg="begin cni setup" podsandboxid=4711}. */
    private static Optional<Instant> time(String log, String message, String sandboxId) {
        Matcher line = Pattern.compile(
                        "^time=\"([^\"]+)\" level=debug msg=\"" + message + ".*podsandboxid=\"?" + sandboxId + "\"?$",
                        Pattern.MULTILINE)
                .matcher(log);
        return line.find() ? Optional.of(Instant.parse(line.group(1))) : Optional.empty();
    }
}
