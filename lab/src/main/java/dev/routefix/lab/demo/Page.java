package dev.routefix.lab.demo;

import dev.routefix.lab.Flow;
import dev.routefix.lab.demo.Handshake.Seen;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report for a browser: one file that needs no other. */
final class Page {
    private static final double NANOS = 1e6;
    private static final String STYLE = """
            :root { color-scheme: light dark;
              --paper: #fbfaf7; --ink: #22262b; --soft: #6a717b; --line: #d9d6ce; --card: #ffffff;
              --good: #1c7c4a; --bad: #bf3030; --ask: #2b66c4; --ours: #e8f4ec; }
            @media (prefers-color-scheme: dark) { :root {
              --paper: #15181c; --ink: #e6e4df; --soft: #98a0aa; --line: #343a42; --card: #1d2126;
              --good: #58c48a; --bad: #f07070; --ask: #79a8f5; --ours: #1d3327; } }
            * { box-sizing: border-box }
            body { margin: 0 auto; padding: 3rem 1.5rem 4rem; max-width: 86rem; background: var(--paper); color: var(--ink);
              font: 16px/1.55 system-ui, sans-serif }
            h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.02em }
            h2 { font-size: 1.15rem; margin: 3rem 0 1rem }
            h3 { font-size: .95rem; margin: 0 0 .6rem }
            p { margin: 0 0 .6rem; max-width: 46rem } .soft { color: var(--soft) }
            .verdict { font-weight: 600 } .good { color: var(--good) } .bad { color: var(--bad) }
            .cards { display: grid; gap: 1.2rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)) }
            .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem 1.2rem; overflow-x: auto }
            .card p:not(.verdict) { margin: .7rem 0 0; font-size: .92rem; color: var(--soft) }
            table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
            th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85rem }
            th, td { padding: .38rem .8rem .38rem 0; border-bottom: 1px solid var(--line) }
            tr:last-child td { border-bottom: 0 }
            .number { text-align: right; white-space: nowrap; padding-right: 1.4rem }
            .why { color: var(--soft); font-size: .82rem }
            .captures { grid-template-columns: repeat(auto-fit, minmax(25.5rem, 1fr)) }
            .capture { font: 12px/1.5 ui-monospace, monospace } .capture td, .capture th { padding: .2rem .6rem .2rem 0; white-space: nowrap }
            .capture td:first-child, .capture th:first-child { text-align: right }
            .capture tr.good td, .capture tr.bad td { font-weight: 700 }
            svg { width: 100%; height: auto; display: block; font-family: system-ui, sans-serif }
            svg text { fill: var(--ink); text-anchor: middle } svg .left, svg .label { text-anchor: start }
            .name { font-size: 15px; font-weight: 600 } svg .small { font-size: 12px; fill: var(--soft) }
            .box { fill: var(--card); stroke: var(--soft); stroke-width: 1.4 }
            .ours { fill: var(--ours); stroke: var(--good); stroke-width: 1.6 }
            .node { fill: none; stroke: var(--line); stroke-width: 2 }
            .lan { stroke: var(--soft); stroke-width: 4; stroke-linecap: round; opacity: .45 }
            .wire { stroke: var(--soft); stroke-width: 1.4; stroke-dasharray: 3 4 }
            .flow { fill: none; stroke-width: 3.2; stroke-linejoin: round }
            .request { stroke: var(--ask) } .right { stroke: var(--good) } .wrong { stroke: var(--bad) }
            .request-tip { fill: var(--ask) } .right-tip { fill: var(--good) } .wrong-tip { fill: var(--bad) }
            svg .label { font-size: 13px; font-weight: 600 } svg .request-label { fill: var(--ask) } svg .right-label { fill: var(--good) } svg .wrong-label { fill: var(--bad) }
            footer { margin-top: 3rem; color: var(--soft); font-size: .85rem }
            """;

    private final Report report;

    private Page(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        return new Page(report).html();
    }

    private String html() {
        return """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>route-fix: before and after</title>
                <style>
                %s</style>
                <h1>LAN pods whose Services answer</h1>
                <p class="soft">Two nodes, real containerd, real DHCP leases, kube-proxy's rules for one Service of type LoadBalancer with
                <code>externalTrafficPolicy: Local</code> at %s. First with plain macvlan, then with route-fix installed from its image.</p>
                %s
                <h2>The way of a connection</h2>
                <div class="cards">
                <div class="card"><h3>Before</h3>%s<p>The pod is on the LAN itself, so it answers the client directly and with its own address.
                The client never called that address and drops the answer. (Drawn as it is where a
                shim lets the node reach its pods; with plain macvlan alone, the request does not even get to the pod.)</p></div>
                <div class="card"><h3>After</h3>%s<p>The pod's routes lead through its node. The node turns the answer's source back into the
                load balancer's address, and the client gets what it asked for.</p></div>
                </div>
                <h2>Every flow, tried several times</h2>
                <div class="card"><table><thead><tr><th>flow<th class="number">before<th class="number">after<th></tr></thead><tbody>
                %s</tbody></table></div>
                <h2>What the router sees of the pods</h2>
                <p class="soft">Its DHCP server pings every address before it offers it to somebody new, as dnsmasq does where nothing else is said.</p>
                <div class="card"><table><thead><tr><th>pods<th class="number">before<th class="number">after</tr></thead><tbody>
                %s</tbody></table></div>
                <div class="card"><table><thead><tr><th>address<th>known as<th>on<th class="number">network made in</tr></thead><tbody>
                %s</tbody></table></div>
                <h2>The handshake, as the client sees it</h2>
                <div class="cards captures">
                %s</div>
                <h2>Left behind on the nodes</h2>
                <div class="card">%s</div>
                <footer>made by <code>make demo</code> in %d s</footer>
                </html>
                """.formatted(
                        STYLE,
                        escape(report.balancer()),
                        verdict(),
                        Drawing.before(report),
                        Drawing.after(report),
                        rows(),
                        pods(),
                        leases(),
                        captures(),
                        left(),
                        report.took().toSeconds());
    }

    private String verdict() {
        return report.ok()
                ? "<p class=\"verdict good\">✓ Every flow works, and nothing is left behind.</p>"
                : "<p class=\"verdict bad\">✗ Not everything is as it must be.</p>";
    }

    private String rows() {
        return report.checks().stream()
                .filter(check -> report.after().flow(check.name()).isPresent())
                .map(check ->
                        "<tr><td>" + escape(check.name().replace("<->", "↔").replace("->", "→")) + score(check.before())
                                + score(check.after()) + "<td class=\"why\">" + escape(why(check)) + "</tr>\n")
                .collect(Collectors.joining());
    }

    private String pods() {
        return report.podChecks().stream()
                .map(check -> "<tr><td>" + escape(check.name()) + "<td class=\"number\">" + escape(check.before())
                        + "<td class=\"number " + (check.ok() ? "good" : "bad") + "\">" + escape(check.after())
                        + "</tr>\n")
                .collect(Collectors.joining());
    }

    /** The DHCP server's table, as far as pods are in it. */
    private String leases() {
        return report.after().present().stream()
                .map(network -> "<tr><td>" + escape(network.address()) + "<td>" + escape(network.known()) + "<td>"
                        + escape(network.node()) + "<td class=\"number\">" + Report.time(network.took()) + "</tr>\n")
                .collect(Collectors.joining());
    }

    /** What the failed tries said; of those before, as those after should have none. */
    private String why(Check check) {
        Phase phase = Table.works(check.after()) ? report.before() : report.after();
        return phase.flow(check.name()).map(Flow::detail).orElse("");
    }

    private static String score(String score) {
        String kind = Table.works(score) ? "good\">✓ " : "bad\">✗ ";
        return "<td class=\"number " + kind + score;
    }

    private String captures() {
        StringBuilder cards = new StringBuilder();
        report.before().handshakes().forEach(handshake -> cards.append(capture(handshake)));
        report.after().handshakes().forEach(handshake -> cards.append(capture(handshake)));
        return cards.toString();
    }

    private String capture(Handshake handshake) {
        String rows = handshake.packets().stream().map(this::row).collect(Collectors.joining());
        String end = handshake.synAckFrom().isEmpty()
                ? "<p>No answer: a node does not reach macvlan pods on its own interface.</p>"
                : "";
        return """
                <div class="card"><h3>%s</h3><table class="capture"><thead><tr><th>ms<th>from<th>to<th>what<th>sent by</tr></thead>
                <tbody>%s</tbody></table>%s</div>
                """.formatted(escape(handshake.title()), rows, end);
    }

    private String row(Seen seen) {
        boolean synAck = seen.what().contains("SYN") && seen.what().contains("ACK");
        String kind = !synAck ? "" : seen.from().equals(report.balancer()) ? " class=\"good\"" : " class=\"bad\"";
        return "<tr%s><td>%s<td>%s<td>%s<td>%s<td>%s</tr>"
                .formatted(
                        kind,
                        String.format(Locale.ROOT, "%.1f", seen.time().toNanos() / NANOS),
                        escape(seen.from()),
                        escape(seen.to()),
                        escape(seen.what()),
                        escape(seen.sender()));
    }

    private String left() {
        String text = report.left().isEmpty()
                ? "<p class=\"good verdict\">✓ Nothing: no file, link, address, route, neighbour, rule, setting, mount or process.</p>"
                : list("bad", report.left().things());
        return report.left().mountPoints().isEmpty()
                ? text
                : text + "<p>Made by the kubelet for its mounts, and empty:</p>"
                        + list("why", report.left().mountPoints());
    }

    private static String list(String kind, List<String> lines) {
        return lines.stream()
                .map(line -> "<li>" + escape(line))
                .collect(Collectors.joining("\n", "<ul class=\"" + kind + "\">", "</ul>"));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
