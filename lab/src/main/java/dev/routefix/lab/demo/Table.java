package dev.routefix.lab.demo;

import dev.routefix.lab.console.Ink;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report for a terminal. */
final class Table {
    private static final int NAME = 34;
    private static final int SCORE = 8;
    private static final int ADDRESS = 17;
    private static final int CAPTURE = 54;
    private static final double NANOS = 1e6;

    private final Report report;
    private final Ink ink;

    private Table(Report report, Ink ink) {
        this.report = report;
        this.ink = ink;
    }

    static String of(Report report, Ink ink) {
        Table table = new Table(report, ink);
        List<String> lines = new ArrayList<>();
        lines.add(table.matrix());
        lines.add("");
        lines.add(table.networks());
        lines.add("");
        lines.add(table.captures());
        lines.add("");
        lines.add(table.left());
        return String.join("\n", lines);
    }

    /** Every flow on a line, with what it did on either network. */
    private String matrix() {
        String rule = "  " + "─".repeat(NAME + 2 * (SCORE + 4));
        List<String> lines = new ArrayList<>();
        lines.add(ink.bold("  " + left("flow", NAME) + right("before", SCORE) + "    " + right("after", SCORE)));
        lines.add(ink.faint(rule));
        for (Check check : report.checks()) {
            if (report.after().flow(check.name()).isPresent()) {
                lines.add("  " + left(check.name(), NAME) + score(check.before()) + " " + score(check.after())
                        + (check.ok() ? "" : ink.bad("  not as it must be")));
                if (!check.ok()) {
                    report.after().flow(check.name()).ifPresent(flow -> lines.add(ink.faint("    " + flow.detail())));
                }
            }
        }
        lines.add(ink.faint(rule));
        return String.join("\n", lines);
    }

    /** What their networks cost the pods, and under which name the router has each of them. */
    private String networks() {
        List<String> lines = new ArrayList<>();
        lines.add(ink.bold("  " + left("pods, with a DHCP server that pings", NAME) + right("before", SCORE) + "    "
                + right("after", SCORE)));
        report.podChecks()
                .forEach(check -> lines.add("  " + left(check.name(), NAME)
                        + ink.faint(right(check.before(), SCORE) + "    ")
                        + right(check.after(), SCORE)
                        + (check.ok() ? ink.good("  ✓") : ink.bad("  ✗"))));
        lines.add("");
        lines.add("  " + ink.bold("The router's table of leases"));
        for (PodNetwork network : report.after().present()) {
            String known = network.known().isEmpty() ? ink.bad("nobody") : network.known();
            lines.add("  " + left(network.address(), ADDRESS) + known
                    + ink.faint("  on " + network.node() + ", in " + Report.time(network.took())));
        }
        return String.join("\n", lines);
    }

    private String score(String score) {
        String text = right(score, SCORE);
        return works(score) ? text + ink.good("  ✓") : ink.bad(text + "  ✗");
    }

    /** Whether all tries of a score such as 3/3 went well. */
    static boolean works(String score) {
        String[] parts = score.split("/", -1);
        return parts.length == 2 && parts[0].equals(parts[1]);
    }

    /** The handshakes, the two with a SYN/ACK side by side. */
    private String captures() {
        List<String> lines = new ArrayList<>();
        lines.add("  "
                + ink.bold("The handshake of " + report.client() + " with the load balancer " + report.balancer()
                        + ", as the client sees it"));
        lines.add("");
        report.before().handshakes().stream()
                .limit(report.before().handshakes().size() - 1L)
                .forEach(handshake -> lines.addAll(alone(handshake)));
        lines.addAll(together(report.before().handshake(), report.after().handshake()));
        return String.join("\n", lines);
    }

    private List<String> alone(Handshake handshake) {
        List<String> lines = new ArrayList<>(List.of("  " + ink.bold(handshake.title())));
        capture(handshake).forEach(line -> lines.add("  " + line));
        if (handshake.synAckFrom().isEmpty()) {
            lines.add("  " + ink.bad("          nobody answered"));
        }
        lines.add("");
        return lines;
    }

    private List<String> together(Handshake one, Handshake other) {
        List<String> left = capture(one);
        List<String> right = capture(other);
        List<String> lines = new ArrayList<>();
        lines.add("  " + ink.bold(left(one.title(), CAPTURE) + other.title()));
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            String first = left(i < left.size() ? left.get(i) : "", CAPTURE);
            String second = i < right.size() ? right.get(i) : "";
            lines.add("  " + marked(first, one) + marked(second, other));
        }
        lines.add("");
        lines.add("  " + marked(left("SYN ACK from " + answered(one), CAPTURE), one)
                + marked("SYN ACK from " + answered(other), other));
        return lines;
    }

    private String marked(String line, Handshake handshake) {
        if (!line.contains("SYN ACK")) {
            return line;
        }
        return handshake.synAckFrom().equals(report.balancer()) ? ink.good(line) : ink.bad(line);
    }

    private String answered(Handshake handshake) {
        String from = handshake.synAckFrom();
        if (from.isEmpty()) {
            return "nobody";
        }
        return from.equals(report.balancer()) ? from + ", whom it called" : from + ", a stranger";
    }

    private List<String> capture(Handshake handshake) {
        return handshake.packets().stream()
                .map(seen -> String.format(
                        Locale.ROOT,
                        "%7.1f ms  %-6s → %-6s  %s",
                        seen.time().toNanos() / NANOS,
                        name(seen.from(), handshake),
                        name(seen.to(), handshake),
                        seen.what()))
                .toList();
    }

    /** Who this address is on the LAN, and the last part of it. */
    private String name(String address, Handshake handshake) {
        String role = address.equals(report.client())
                ? "client"
                : address.equals(report.balancer()) ? "LB" : address.equals(handshake.pod()) ? "pod" : "";
        return left(role, "client ".length()) + left(address.substring(address.lastIndexOf('.')), 4);
    }

    private String left() {
        String text = report.left().isEmpty()
                ? "  " + ink.good("left behind: nothing")
                : "  " + ink.bad("left behind:") + indented(report.left().things());
        return report.left().mountPoints().isEmpty()
                ? text
                : text
                        + ink.faint("\n  made by the kubelet for its mounts, and empty:"
                                + indented(report.left().mountPoints()));
    }

    private static String indented(List<String> lines) {
        return lines.stream().map(line -> "\n    " + line).collect(Collectors.joining());
    }

    private static String left(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
