package dev.routefix.lab.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.routefix.lab.Pod;
import dev.routefix.lab.net.Spawner;
import dev.routefix.lab.net.Spawner.Prepared;
import dev.routefix.lab.run.Run;
import java.nio.file.Path;

/**
 * The calls of one plugin for one sandbox, as a runtime makes them. Each looks at the answer after the clock was stopped: one that is not
 * what it was the first time ends the bench, so that nothing is fast because it failed.
 */
final class Calls {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Spawner spawner;
    private final Plugin plugin;
    private final Sandbox sandbox;
    private final Prepared add;
    private final Prepared check;
    private final Prepared del;
    private final Prepared reset;
    private final String result;

    /** Attaches once, to learn the result that CHECK and DEL are given, and detaches again. */
    Calls(Spawner spawner, Plugin plugin, Sandbox sandbox) {
        this.spawner = spawner;
        this.plugin = plugin;
        this.sandbox = sandbox;
        Path directory = Run.current().directory(plugin.name());
        reset = Prepared.of(sandbox.resetting(directory));
        add = prepared(directory, "ADD", sandbox.prevResult());
        demand("ADD", spawner.run(add).exits().getFirst() == 0, add);
        result = add.job().out();
        JsonNode answer = parse(result);
        demand("ADD", answer.path("ips").size() == 1, add);
        check = prepared(directory, "CHECK", answer);
        del = prepared(directory, "DEL", answer);
        del();
    }

    private Prepared prepared(Path directory, String verb, JsonNode prevResult) {
        return Prepared.of(
                plugin.job(verb, sandbox.container(), Pod.LINK, directory, verb).reading(plugin.stdin(prevResult)));
    }

    Plugin plugin() {
        return plugin;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** Attaches; how long that took, in nanoseconds. */
    long add() {
        return timed("ADD", add, result);
    }

    long check() {
        return timed("CHECK", check, "");
    }

    /** Detaches, and gives the sandbox back as macvlan left it, which is not counted: the next ADD has as much to do as the first. */
    long del() {
        long nanos = timed("DEL", del, "");
        demand("reset", spawner.run(reset).exits().getFirst() == 0, reset);
        sandbox.resetSettings();
        return nanos;
    }

    /** For those who start it themselves, and then {@link #verifyAdd}. */
    Prepared adding() {
        return add;
    }

    void verifyAdd(int exit) {
        demand("ADD", exit == 0 && add.job().out().equals(result), add);
    }

    private long timed(String verb, Prepared job, String answer) {
        Spawner.Ended ended = spawner.run(job);
        demand(verb, ended.exits().getFirst() == 0 && job.job().out().equals(answer), job);
        return ended.nanos();
    }

    private void demand(String verb, boolean good, Prepared job) {
        if (!good) {
            throw new IllegalStateException("%s of %s for %s did not answer as it must: '%s' %s"
                    .formatted(
                            verb,
                            plugin.name(),
                            sandbox.name(),
                            job.job().out().strip(),
                            job.job().err().strip()));
        }
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON: " + text, e);
        }
    }
}
