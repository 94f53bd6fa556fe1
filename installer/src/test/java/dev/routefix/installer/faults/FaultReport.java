package dev.routefix.installer.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What came of each fault, for target/faults.json. */
final class FaultReport {

    /** Maven runs tests in the module's folder. */
    private static final Path FILE = Path.of("..", "target", "faults.json");

    /**
     * One fault's end.
     *
     * @param lost of what was said over the connection that was open before
     * @param silence the longest time without an answer over that connection
     * @param repair from the blow, or from when others had done their part, to a node that is as it was; what the suite itself takes included
     */
    record Outcome(Fault fault, long lost, Duration silence, Duration repair) {}

    private final List<Outcome> outcomes = new ArrayList<>();

    void add(Outcome outcome) {
        outcomes.add(outcome);
    }

    void write() throws IOException {
        var tree = JsonNodeFactory.instance.objectNode();
        var list = tree.putArray("faults");
        for (var outcome : outcomes) {
            list.addObject()
                    .put("name", outcome.fault().what)
                    .put("noticed", outcome.fault().noticed.text)
                    .put("lost", outcome.lost())
                    .put("longestSilenceMillis", outcome.silence().toMillis())
                    .put("repairMillis", outcome.repair().toMillis());
        }
        Files.createDirectories(FILE.getParent());
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(FILE.toFile(), tree);
    }
}
