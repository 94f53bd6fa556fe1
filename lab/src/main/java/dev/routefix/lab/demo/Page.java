package dev.routefix.lab.demo;

import static dev.routefix.lab.page.Document.escape;

import dev.routefix.lab.Flow;
import dev.routefix.lab.demo.Handshake.Seen;
import dev.routefix.lab.page.Document;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report for a browser: one file that needs no other. */
final class Page {
    private static final double NANOS = 1e6;

    private final Report report;

    private Page(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        return new Page(report).html();
    }

    private String html() {
        String body = """
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
                """.formatted(
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
        return Document.of("route-fix: before and after", body);
    }

    private String verdict() {
        return report.ok()
                ? "<p class=\"verdict good\">✓ Every flow works, and nothing is left behind.</p>"
                : "<p class=\"verdict bad\">✗ Not everything is as it must be.</p>";
    }

    private String rows() {
        return report.checks().stream()
                .filter(check -> report.after().flow(check.name()).isPresent())
                .map(check -> "<tr><td>"
                        + escape(check.name().replace("<->", "↔").replace("->", "→"))
                        + Document.score(check.before()) + Document.score(check.after()) + "<td class=\"why\">"
                        + escape(why(check)) + "</tr>\n")
                .collect(Collectors.joining());
    }

    private String pods() {
        return report.podChecks().stream()
                .map(check -> "<tr><td>" + escape(check.name()) + "<td class=\"number\">"
                        + escape(check.before())
                        + "<td class=\"number " + (check.ok() ? "good" : "bad") + "\">" + escape(check.after())
                        + "</tr>\n")
                .collect(Collectors.joining());
    }

    /** The DHCP server's table, as far as pods are in it. */
    private String leases() {
        return report.after().present().stream()
                .map(network -> "<tr><td>" + escape(network.address()) + "<td>"
                        + escape(network.known()) + "<td>" + escape(network.node())
                        + "<td class=\"number\">" + Report.time(network.took()) + "</tr>\n")
                .collect(Collectors.joining());
    }

    /** What the failed tries said; of those before, as those after should have none. */
    private String why(Check check) {
        Phase phase = Table.works(check.after()) ? report.before() : report.after();
        return phase.flow(check.name()).map(Flow::detail).orElse("");
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
                ? "<p class=\"good verdict\">✓ Nothing: no file, link, address, route, neighbour, rule, setting, mount"
                        + " or process.</p>"
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
}
