package dev.routefix.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The parts of docs/performance.md that a run of the bench writes: the table between its two marks, and the charts beside it. */
final class PerformancePage {
    private static final Path PAGE = Path.of("docs/performance.md");
    private static final Path CHARTS = Path.of("docs/performance");
    private static final String BEGIN = "<!-- figures, written by make bench-docs -->\n";
    private static final String END = "<!-- end of figures -->\n";

    private PerformancePage() {}

    static void renew(Report report) throws IOException {
        Files.writeString(PAGE, with(Files.readString(PAGE), report));
        report.writeCharts(CHARTS);
    }

    static String with(String page, Report report) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(PAGE + " has lost its two marks: " + BEGIN + END);
        }
        return page.substring(0, begin + BEGIN.length()) + "\n" + Table.markdown(report.figures()) + "\n"
                + report.machine() + ".\n\n" + page.substring(end);
    }
}
