package dev.routefix.lab.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Curves over a linear axis, in milliseconds on a logarithmic one, as an SVG that follows the reader's light or dark theme.
 *
 * @param xTicks where the horizontal axis has a number; its ends are the ends of the axis
 */
record Chart(String title, String xTitle, List<Double> xTicks, List<Curve> curves) {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 400;
    private static final int LEFT = 62;
    private static final int RIGHT = 580;
    private static final int TOP = 46;
    private static final int BOTTOM = 350;
    private static final int LABEL_HEIGHT = 16;
    private static final int COLOURS = 5;

    /** A line of the chart, which is named at its end. */
    record Curve(String name, List<Point> points) {
        double last() {
            return points.getLast().millis();
        }
    }

    record Point(double x, double millis) {}

    private static final String STYLE = """
              <style>
                text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}
                .title{font-weight:600;font-size:15px}.tick{font-size:12px;fill:#59636e}.end{text-anchor:end}.middle{text-anchor:middle}
                .paper{fill:#fff}.grid{stroke:#d1d9e0;stroke-width:1}
                .curve{fill:none;stroke-width:2.2;stroke-linejoin:round}
                .c0{stroke:#0969da}.c1{stroke:#bc4c00}.c2{stroke:#8250df}.c3{stroke:#1a7f37}.c4{stroke:#7d4e00}
                .label{font-weight:600;stroke:none}.label.c0{fill:#0969da}.label.c1{fill:#bc4c00}.label.c2{fill:#8250df}.label.c3{fill:#1a7f37}.label.c4{fill:#7d4e00}
                @media (prefers-color-scheme:dark){
                  text{fill:#f0f6fc}.tick{fill:#9198a1}.paper{fill:#0d1117}.grid{stroke:#3d444d}
                  .c0{stroke:#58a6ff}.c1{stroke:#ff9b5e}.c2{stroke:#c297ff}.c3{stroke:#56d364}.c4{stroke:#e3b341}
                  .label{stroke:none}.label.c0{fill:#58a6ff}.label.c1{fill:#ff9b5e}.label.c2{fill:#c297ff}.label.c3{fill:#56d364}.label.c4{fill:#e3b341}
                }
              </style>
            """;

    Chart {
        xTicks = List.copyOf(xTicks);
        curves = List.copyOf(curves);
    }

    String svg() {
        List<String> lines = new ArrayList<>();
        lines.add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
                .formatted(WIDTH, HEIGHT, escaped(title)));
        lines.add(STYLE.stripTrailing());
        lines.add("  <rect class=\"paper\" width=\"%d\" height=\"%d\" rx=\"6\"/>".formatted(WIDTH, HEIGHT));
        lines.add(text("title", 16, 26, title));
        for (double tick : yTicks()) {
            lines.add("  <line class=\"grid\" x1=\"%d\" y1=\"%2$s\" x2=\"%3$d\" y2=\"%2$s\"/>"
                    .formatted(LEFT, number(y(tick)), RIGHT));
            lines.add(text("tick end", LEFT - 8, y(tick) + 4, Figure.rounded(tick) + " ms"));
        }
        for (double tick : xTicks) {
            lines.add(text("tick middle", x(tick), BOTTOM + 20, Figure.rounded(tick)));
        }
        lines.add(text("tick middle", (LEFT + RIGHT) / 2.0, BOTTOM + 40, xTitle));
        for (int i = 0; i < curves.size(); i++) {
            lines.add(path(i));
        }
        lines.addAll(labels());
        lines.add("</svg>");
        return String.join("\n", lines) + "\n";
    }

    private String path(int index) {
        StringBuilder path = new StringBuilder();
        for (Point point : curves.get(index).points()) {
            path.append(path.isEmpty() ? "M" : " L")
                    .append(number(x(point.x())))
                    .append(',')
                    .append(number(y(point.millis())));
        }
        return "  <path class=\"curve c%d\" d=\"%s\"/>".formatted(index % COLOURS, path);
    }

    /** Names at the curves' ends, moved apart where two would touch. */
    private List<String> labels() {
        List<Curve> fromBelow =
                curves.stream().sorted(Comparator.comparingDouble(Curve::last)).toList();
        List<String> lines = new ArrayList<>();
        double free = BOTTOM + LABEL_HEIGHT;
        for (Curve curve : fromBelow) {
            double place = Math.min(y(curve.last()) + 4, free - LABEL_HEIGHT);
            free = place;
            lines.add(text("label c" + curves.indexOf(curve) % COLOURS, RIGHT + 8, place, curve.name()));
        }
        return lines;
    }

    private double x(double value) {
        double first = xTicks.getFirst();
        return LEFT + (value - first) / (xTicks.getLast() - first) * (RIGHT - LEFT);
    }

    private double y(double millis) {
        double low = Math.log(yTicks().getFirst());
        return BOTTOM - (Math.log(millis) - low) / (Math.log(yTicks().getLast()) - low) * (BOTTOM - TOP);
    }

    /** 1, 2 and 5 of each power of ten, from just below the least to just above the most. */
    private List<Double> yTicks() {
        double least = curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(Point::millis)
                .min()
                .orElse(1);
        double most = curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(Point::millis)
                .max()
                .orElse(1);
        List<Double> all = new ArrayList<>();
        for (double power = 0.001; power <= 1e6; power *= 10) {
            all.addAll(List.of(power, 2 * power, 5 * power));
        }
        double first =
                all.stream().filter(tick -> tick <= least).reduce((a, b) -> b).orElse(all.getFirst());
        double last = all.stream()
                .filter(tick -> tick >= most && tick > first)
                .findFirst()
                .orElse(all.getLast());
        return all.stream().filter(tick -> tick >= first && tick <= last).toList();
    }

    private static String text(String kind, double x, double y, String text) {
        return "  <text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>".formatted(kind, number(x), number(y), escaped(text));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
