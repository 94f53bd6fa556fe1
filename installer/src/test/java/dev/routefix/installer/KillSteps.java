package dev.routefix.installer;

import dev.routefix.lab.run.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The changes a command of the appliance makes to files and kernel, one by one, as strace(1) sees them, and the way to kill it right before each. Nothing
 * in the appliance knows of it.
 */
final class KillSteps {

    /** System calls that change something. */
    private static final String CALLS = "mkdir,write,copy_file_range,sendfile,chmod,fchmod,rename,unlink,rmdir,sendto";

    /** Such as {@code rename("a", "b") = 0}. */
    private static final Pattern LINE = Pattern.compile("(\\w+)\\((.*)\\)\\s+= (-?\\d+).*");

    /** RTM_NEW*, RTM_DEL* and RTM_SETLINK of linux/rtnetlink.h. */
    private static final Pattern NETLINK_CHANGE = Pattern.compile("nlmsg_type=0x1[0134589cd]\\b");

    /** The JVM tells its helper program which one to start, iptables for one: java.base/unix/native/jspawnhelper. */
    private static final Pattern START = Pattern.compile("\\d+<pipe:.*, 4");

    /** The n-th call of that name by the thread that does the work. */
    record Step(String call, int number, String arguments) {
        @Override
        public String toString() {
            return call + " no. " + number + " (" + arguments + ")";
        }
    }

    private KillSteps() {}

    /** Runs the command to its end and lists what it did. */
    static List<Step> of(TestNode node, String command, String... environment) {
        try {
            // one file for each thread
            var traces = Files.createTempDirectory(node.at(""), "trace");
            var output = node.java(command, environment)
                    .behind(strace(traces.resolve("of"), List.of("-ff", "-y", "-s", "200")))
                    .attempt();
            if (!output.ok()) {
                throw new IllegalStateException(command + ": " + output);
            }
            return steps(worker(traces), node.at("").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the command until right before the step. */
    static Output kill(TestNode node, Step step, String command, String... environment) {
        var inject = "inject=" + step.call() + ":signal=SIGKILL:when=" + step.number();
        return node.java(command, environment)
                .behind(strace(node.at("trace"), List.of("-e", inject)))
                .attempt();
    }

    private static List<String> strace(Path trace, List<String> more) {
        var words = new ArrayList<>(List.of("strace", "-f", "-qq", "-e", "signal=none"));
        words.addAll(List.of("-e", "trace=" + CALLS, "-o", trace.toString()));
        words.addAll(more);
        return words;
    }

    private static List<Step> steps(List<String> lines, String root) {
        var numbers = new HashMap<String, Integer>();
        var steps = new ArrayList<Step>();
        for (var line : lines) {
            var matcher = LINE.matcher(line);
            if (matcher.matches()) {
                var call = matcher.group(1);
                int number = numbers.merge(call, 1, Integer::sum);
                if (!matcher.group(3).startsWith("-") && isChange(call, matcher.group(2), root)) {
                    steps.add(new Step(call, number, matcher.group(2)));
                }
            }
        }
        return steps;
    }

    private static boolean isChange(String call, String arguments, String root) {
        return switch (call) {
            case "sendto" -> NETLINK_CHANGE.matcher(arguments).find();
            case "write" ->
                arguments.contains("<" + root)
                        || arguments.contains("</proc/sys/")
                        || START.matcher(arguments).matches();
            default -> arguments.contains(root);
        };
    }

    /** What the thread did that changes most files. */
    private static List<String> worker(Path traces) throws IOException {
        List<String> most = List.of();
        long changes = 0;
        try (var files = Files.list(traces)) {
            for (var file : files.toList()) {
                var lines = Files.readAllLines(file);
                long here = lines.stream()
                        .filter(line -> line.startsWith("rename(") || line.startsWith("unlink("))
                        .count();
                if (here > changes) {
                    most = lines;
                    changes = here;
                }
            }
        }
        return most;
    }
}
