package dev.routefix.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one run measured.
 *
 * @param machine what it ran on, in words
 * @param charts pictures by the name of their files
 */
record Report(String machine, List<Figure> figures, Map<String, Chart> charts) {
    Report {
        figures = List.copyOf(figures);
        charts = Map.copyOf(charts);
    }

    List<Figure> missed() {
        return figures.stream().filter(figure -> !figure.ok()).toList();
    }

    /** {@code {"machine","figures":[{"name","value","unit","peer","peerValue","ratio","p95","runs","budget","ok"}]}}; what there is not is null. */
    ObjectNode json() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode().put("machine", machine);
        var array = tree.putArray("figures");
        for (Figure figure : figures) {
            ObjectNode line = array.addObject()
                    .put("name", figure.name())
                    .put("value", figure.value())
                    .put("unit", figure.unit())
                    .put("peer", figure.peer().map(Figure.Peer::name).orElse(null));
            put(
                    line,
                    "peerValue",
                    figure.peer().map(peer -> OptionalDouble.of(peer.value())).orElseGet(OptionalDouble::empty));
            put(line, "ratio", figure.ratio());
            put(line, "p95", figure.p95());
            line.put("runs", figure.runs())
                    .put("budget", figure.budget().map(Budget::toString).orElse(null))
                    .put("ok", figure.ok());
        }
        return tree;
    }

    private static void put(ObjectNode line, String key, OptionalDouble value) {
        if (value.isPresent()) {
            line.put(key, value.getAsDouble());
        } else {
            line.putNull(key);
        }
    }

    /** Writes report.json and the charts into a directory, which is made if need be. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("report.json"),
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
        writeCharts(directory);
    }

    void writeCharts(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (Map.Entry<String, Chart> chart : charts.entrySet()) {
            Files.writeString(
                    directory.resolve(chart.getKey()), chart.getValue().svg());
        }
    }
}
