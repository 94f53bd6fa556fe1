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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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
    /** Of what a DHCP server that pings, or the reference client's random wait, makes seconds. */
    private static final Set<Occasion> AT_ONCE = Set.of(Occasion.DEPLOYMENT, Occasion.AGAIN);

    static final String NETWORK = "network of ";
    static final String NAMES = "pods known to the router by name";
    static final String ADDRESS = "the same address again";
    private static final double NANOS = 1e6;
    private static final Duration SECOND = Duration.ofSeconds(1);

    List<Check> checks() {
        List<Check> checks =
                new ArrayList<>(after.flows().stream().map(this::check).toList());
        checks.add(new Check(
                SYN_ACK,
                before.handshake().synAckFrom(),
                after.handshake().synAckFrom(),
                before.handshake().synAckFrom().equals(before.handshake().pod())
                        && after.handshake().synAckFrom().equals(balancer)));
        checks.addAll(podChecks());
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

    /** Those that are about what the pods' networks cost, and what the router knows of them. */
    List<Check> podChecks() {
        List<Check> checks = new ArrayList<>();
        for (Occasion occasion : Occasion.values()) {
            checks.add(network(occasion));
        }
        checks.add(check(ADDRESS, Phase::returned));
        checks.add(check(NAMES, Phase::named));
        return checks;
    }

    /** What takes a moment must not take as long as before; the others wait for the server in either network. */
    private Check network(Occasion occasion) {
        Optional<Duration> earlier = before.slowest(occasion);
        Optional<Duration> now = after.slowest(occasion);
        boolean faster = now.isPresent()
                && earlier.map(time -> now.orElse(time).compareTo(time) < 0).orElse(true);
        return new Check(
                NETWORK + occasion.words(),
                earlier.map(Report::time).orElse(""),
                now.map(Report::time).orElse(""),
                now.isPresent() && (faster || !AT_ONCE.contains(occasion)));
    }

    private Check check(String name, Function<Phase, Flow> count) {
        Flow now = count.apply(after);
        return new Check(name, count.apply(before).score(), now.score(), now.works());
    }

    /** Such as {@code 8.2 ms} or {@code 3.05 s}. */
    static String time(Duration time) {
        return time.compareTo(SECOND) < 0
                ? String.format(Locale.ROOT, "%.1f ms", time.toNanos() / NANOS)
                : String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1e3);
    }

    boolean ok() {
        return checks().stream().allMatch(Check::ok);
    }

    /**
     * {@code {"checks":[{"name","before","after","ok"}],"pods":{"before":[...],"after":[{"name","kind","node","address","milliseconds",
     * "knownAs"}]},"ok"}}.
     */
    ObjectNode json() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        var array = tree.putArray("checks");
        checks().forEach(check -> array.addObject()
                .put("name", check.name())
                .put("before", check.before())
                .put("after", check.after())
                .put("ok", check.ok()));
        ObjectNode pods = tree.putObject("pods");
        before.networks().forEach(network -> pod(pods.withArray("before").addObject(), network));
        after.networks().forEach(network -> pod(pods.withArray("after").addObject(), network));
        return tree.put("ok", ok());
    }

    private static void pod(ObjectNode tree, PodNetwork network) {
        tree.put("name", network.pod())
                .put("kind", network.occasion().words())
                .put("node", network.node())
                .put("address", network.address())
                .put("milliseconds", network.took().toNanos() / NANOS)
                .put("knownAs", network.known());
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
