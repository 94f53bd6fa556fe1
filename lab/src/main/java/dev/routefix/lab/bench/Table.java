package dev.routefix.lab.bench;

import dev.routefix.lab.console.Ink;
import java.util.ArrayList;
import java.util.List;

/** The figures for a terminal, and for a page of the documentation. */
final class Table {
    private static final List<String> HEAD =
            List.of("figure", "value", "p95", "unit", "peer", "its value", "ratio", "budget", "runs");
    /** The columns with words; those with numbers end under each other. */
    private static final List<String> WORDS = List.of("figure", "unit", "peer");

    private Table() {}

    static String text(List<Figure> figures, Ink ink) {
        List<List<String>> rows = figures.stream().map(Table::cells).toList();
        int[] widths = new int[HEAD.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] = Math.max(
                    HEAD.get(i).length(),
                    rows.stream()
                            .mapToInt(row -> row.get(column).length())
                            .max()
                            .orElse(0));
        }
        List<String> lines = new ArrayList<>();
        lines.add(ink.bold(line(HEAD, widths)));
        for (int i = 0; i < rows.size(); i++) {
            Figure figure = figures.get(i);
            String mark = figure.budget().isEmpty() ? "" : figure.ok() ? ink.good("  ✓") : ink.bad("  ✗ missed");
            lines.add(line(rows.get(i), widths) + mark);
        }
        return String.join("\n", lines);
    }

    /** The same in Markdown. */
    static String markdown(List<Figure> figures) {
        List<String> lines = new ArrayList<>();
        lines.add("| " + String.join(" | ", HEAD) + " | |");
        lines.add("|"
                + HEAD.stream()
                        .map(name -> WORDS.contains(name) ? "---|" : "---:|")
                        .reduce("", String::concat) + "---|");
        for (Figure figure : figures) {
            String mark = figure.budget().isEmpty() ? "" : figure.ok() ? "✓" : "missed";
            lines.add("| `" + figure.name() + "` | "
                    + String.join(" | ", cells(figure).subList(1, HEAD.size())) + " | " + mark + " |");
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> cells(Figure figure) {
        return List.of(
                figure.name(),
                Figure.rounded(figure.value()),
                figure.p95().isPresent() ? Figure.rounded(figure.p95().getAsDouble()) : "",
                figure.unit(),
                figure.peer().map(Figure.Peer::name).orElse(""),
                figure.peer().map(peer -> Figure.rounded(peer.value())).orElse(""),
                figure.ratio().isPresent() ? Figure.rounded(figure.ratio().getAsDouble()) : "",
                figure.budget().map(Budget::toString).orElse(""),
                Integer.toString(figure.runs()));
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String space = " ".repeat(widths[i] - cells.get(i).length());
            line.append("  ").append(WORDS.contains(HEAD.get(i)) ? cells.get(i) + space : space + cells.get(i));
        }
        return line.toString();
    }
}
