package dev.routefix.lab.e2e;

import static dev.routefix.lab.page.Document.escape;

import dev.routefix.lab.Flow;
import dev.routefix.lab.page.Document;
import java.util.stream.Collectors;

/** The report for a browser. */
final class ReportPage {
    private final Report report;

    private ReportPage(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        return new ReportPage(report).html();
    }

    private String html() {
        return Document.of("route-fix on a real Kubernetes", """
            <h1>LAN pods on a real Kubernetes</h1>
            <p class="soft">Two nodes with kubelet, containerd and kube-proxy, route-fix installed from its image by its manifest.</p>
            %s
            %s
            <h2>Kubernetes' own suite</h2>
            <p class="soft">%d of %d specs passed.</p>
            <div class="card"><table><thead><tr><th>spec<th class="number">s<th class="number"><th></tr></thead><tbody>
            %s</tbody></table></div>
            <footer>made by <code>make e2e</code> in %d s</footer>
            """.formatted(
                        verdict(),
                        report.sections().stream().map(ReportPage::section).collect(Collectors.joining("\n")),
                        report.specs().stream().filter(Spec::passed).count(),
                        report.specs().size(),
                        report.specs().stream().map(this::spec).collect(Collectors.joining()),
                        report.took().toSeconds()));
    }

    private String verdict() {
        return report.ok()
                ? "<p class=\"verdict good\">✓ Every flow works, and no spec failed for a reason of route-fix's.</p>"
                : "<p class=\"verdict bad\">✗ Not everything is as it must be.</p>";
    }

    private static String section(Section section) {
        return """
            <h2>%s</h2>
            <div class="card"><table><tbody>
            %s</tbody></table></div>\
            """.formatted(
                        escape(section.title()),
                        section.rows().stream().map(ReportPage::row).collect(Collectors.joining()));
    }

    private static String row(Flow flow) {
        return "<tr><td>" + escape(flow.name().replace("<->", "↔").replace("->", "→")) + Document.score(flow.score())
                + "<td class=\"why\">" + escape(flow.detail()) + "</tr>\n";
    }

    private String spec(Spec spec) {
        String why = report.explanation(spec);
        String mark = spec.passed() ? "good\">✓" : why.isEmpty() ? "bad\">✗" : "why\">explained";
        return "<tr><td>" + escape(spec.name()) + "<td class=\"number\">"
                + spec.took().toSeconds()
                + "<td class=\"number " + mark + "<td class=\"why\">" + escape(why.isEmpty() ? spec.failure() : why)
                + "</tr>\n";
    }
}
