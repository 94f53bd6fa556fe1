package dev.routefix.lab.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.routefix.lab.Pod;
import dev.routefix.lab.net.Spawner;
import dev.routefix.lab.net.Spawner.Prepared;
import dev.routefix.lab.run.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A pod's whole network, made and taken away by the plugins of a chain, called as a runtime calls them: one after the other, each given the
 * answer of the one before. What is counted are their processes and nothing in between. An answer that is none ends the bench.
 */
final class PodCalls implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Spawner spawner;
    private final List<Plugin> chain;
    private final EmptyPod pod;
    private final List<Prepared> adds = new ArrayList<>();
    private final List<Prepared> dels = new ArrayList<>();
    private JsonNode result = MissingNode.getInstance();

    PodCalls(Spawner spawner, List<Plugin> chain, EmptyPod pod, Container container) {
        this.spawner = spawner;
        this.chain = List.copyOf(chain);
        this.pod = pod;
        Path directory = Run.current().directory("pod");
        for (int i = 0; i < chain.size(); i++) {
            Plugin plugin = chain.get(i);
            adds.add(Prepared.of(plugin.job("ADD", container, Pod.LINK, directory, "ADD-" + i)
                    .reading(plugin.stdin(result))));
            dels.add(Prepared.of(plugin.job("DEL", container, Pod.LINK, directory, "DEL-" + i)));
        }
    }

    /** Makes the network; how long that took, in nanoseconds. */
    long add() {
        long nanos = 0;
        result = MissingNode.getInstance();
        for (int i = 0; i < chain.size(); i++) {
            Prepared add = adds.get(i);
            add.job().reading(chain.get(i).stdin(result));
            Spawner.Ended ended = spawner.run(add);
            nanos += ended.nanos();
            result = answer(chain.get(i), add, ended.exits().getFirst());
        }
        return nanos;
    }

    /** For those who start the only plugin of the chain themselves, and then {@link #added}. */
    Prepared adding() {
        return adds.getFirst();
    }

    void added(int exit) {
        result = answer(chain.getFirst(), adding(), exit);
    }

    private JsonNode answer(Plugin plugin, Prepared add, int exit) {
        JsonNode answer = parse(add.job().out());
        if (exit != 0 || answer.path("ips").size() != 1 || !pod.isAttached()) {
            throw failed("ADD", plugin, add, exit);
        }
        return answer;
    }

    /** Takes it away; how long that took, in nanoseconds. What the kernel still does afterwards is waited for off the clock. */
    long del() {
        long nanos = 0;
        for (int i = chain.size() - 1; i >= 0; i--) {
            Prepared del = dels.get(i);
            del.job().reading(chain.get(i).stdin(result));
            Spawner.Ended ended = spawner.run(del);
            nanos += ended.nanos();
            if (ended.exits().getFirst() != 0) {
                throw failed("DEL", chain.get(i), del, ended.exits().getFirst());
            }
        }
        pod.awaitDetached();
        return nanos;
    }

    private IllegalStateException failed(String verb, Plugin plugin, Prepared job, int exit) {
        return new IllegalStateException("%s of %s for %s did not answer as it must, but with exit code %d: '%s' %s"
                .formatted(
                        verb,
                        plugin.name(),
                        pod.name(),
                        exit,
                        job.job().out().strip(),
                        job.job().err().strip()));
    }

    EmptyPod pod() {
        return pod;
    }

    /** The address it was given, without its prefix length. */
    String address() {
        return result.path("ips").path(0).path("address").asText().replaceFirst("/.*", "");
    }

    /** The hardware address of its interface. */
    String mac() {
        for (JsonNode link : result.path("interfaces")) {
            if (link.path("name").asText().equals(Pod.LINK)
                    && !link.path("sandbox").asText().isEmpty()) {
                return link.path("mac").asText();
            }
        }
        throw new IllegalStateException("no interface of the pod in " + result);
    }

    private static JsonNode parse(String text) {
        try {
            return text.isBlank() ? MissingNode.getInstance() : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        adds.forEach(Prepared::close);
        dels.forEach(Prepared::close);
    }
}
