package dev.routefix.lab.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.Flow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * All that the demo found out.
 *
 * @param before plain macvlan and DHCP
 * @param after the same with route-fix
 * @param client the client's address
 * @param balancer the load balancer's address
 * @param left what the appliance left on the nodes
 * @param took from the start to the end
 */
record Report(Phase before, Phase after, String client, String balancer, Leftovers left, Duration took) {
    /** What plain macvlan breaks; if it did not, the demo would show nothing. */
    private static final Set<String> BROKEN = Set.of(
            "client -> LB announced by n1",
            "client -> LB announced by n2",
            "pod -> ClusterIP",
            "node -> its own pod",
            "pod -> its own node");

    static final String SYN_ACK = "source of the LB's SYN/ACK";
    static final String LEFT = "left behind";

    List<Check> checks() {
        List<Check> checks =
                new ArrayList<>(after.flows().stream().map(this::check).toList());
        checks.add(new Check(
                SYN_ACK,
                before.handshake().synAckFrom(),
                after.handshake().synAckFrom(),
                before.handshake().synAckFrom().equals(before.handshake().pod())
                        && after.handshake().synAckFrom().equals(balancer)));
        checks.add(
                new Check(LEFT, "", left.isEmpty() ? "nothing" : left.things().size() + " things", left.isEmpty()));
        return checks;
    }

    private Check check(Flow flow) {
        boolean broken =
                before.flow(flow.name()).map(earlier -> earlier.ok() == 0).orElse(false);
        return new Check(
                flow.name(),
                before.flow(flow.name()).map(Flow::score).orElse(""),
                flow.score(),
                flow.works() && (broken || !BROKEN.contains(flow.name())));
    }

    boolean ok() {
        return checks().stream().allMatch(Check::ok);
    }

    /** {@code {"checks":[{"name","before","after","ok"}],"ok"}}. */
    ObjectNode json() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        var array = tree.putArray("checks");
        checks().forEach(check -> array.addObject()
                .put("name", check.name())
                .put("before", check.before())
                .put("after", check.after())
                .put("ok", check.ok()));
        return tree.put("ok", ok());
    }

    /** Writes report.json and report.html into a directory, which is made if need be. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("report.json"),
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
        Files.writeString(directory.resolve("report.html"), Page.of(this));
    }
}
