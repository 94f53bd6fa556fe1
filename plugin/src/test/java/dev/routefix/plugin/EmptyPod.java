package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static dev.routefix.plugin.LabNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.Node;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox as a runtime makes it, with no interface but a loopback that is down, on one node; and words for what route-fix does with it alone. */
abstract class EmptyPod {

    private static final ObjectMapper JSON = new ObjectMapper();

    static final String STATIC = """
            {"type":"static","addresses":[{"address":"192.168.2.76/24","gateway":"192.168.2.1"}],
             "routes":[{"dst":"0.0.0.0/0"}],"dns":{"nameservers":["192.168.2.1"]}}""";

    @TempDir
    Path directory;

    Path run;
    LabNode lab;
    Netns inside;
    ObjectNode conf;
    Map<String, String> env;

    @BeforeEach
    void make_a_sandbox_on_a_node() throws IOException {
        run = Files.createDirectories(directory.resolve("run"));
        lab = new LabNode(run);
        inside = Netns.create("pod");
        conf = LabNode.conf("1.0.0");
        env = new HashMap<>(Map.of(
                "CNI_CONTAINERID", Run.current().name("pod"),
                "CNI_NETNS", inside.path().toString(),
                "CNI_IFNAME", "eth0",
                "CNI_PATH", Node.REFERENCE_PLUGINS.toString(),
                "PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    void ipam(String json) {
        conf.set("ipam", parse(json));
    }

    void hostLocal() {
        conf.set("ipam", lab.node().hostLocal());
    }

    /** How many addresses host-local has given and not taken back. */
    long given() {
        var leases = lab.node().directory().resolve("host-local/lan");
        try (var files = Files.list(leases)) {
            return files.filter(file -> file.getFileName().toString().startsWith("192."))
                    .count();
        } catch (IOException none) {
            return 0;
        }
    }

    /** A plugin for IPAM that is a script: {@code $CNI_COMMAND} and stdin are there to be looked at. */
    void script(String name, String lines) throws IOException {
        var plugins = Files.createDirectories(directory.resolve("plugins"));
        var file = plugins.resolve(name);
        Files.writeString(
                file,
                "#!/bin/sh\nconf=$(cat)\nhere=" + directory + "\necho $CNI_COMMAND >> $here/verbs\n" + lines + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        env.put("CNI_PATH", plugins + ":" + env.get("CNI_PATH"));
    }

    /** Addresses from a script, which speaks every version; Debian's plugins know nothing of 1.1.0. */
    void anyVersion() throws IOException {
        Files.writeString(directory.resolve("address"), "192.168.2.76/24");
        script("mine", """
                [ $CNI_COMMAND != ADD ] || cat <<END
                {"ips":[{"address":"$(cat $here/address)","gateway":"192.168.2.1"}],
                 "routes":[{"dst":"0.0.0.0/0"}],"dns":{"nameservers":["192.168.2.1"]}}
                END""");
        ipam("{\"type\":\"mine\"}");
    }

    String verbs() throws IOException {
        return String.join(" ", Files.readAllLines(directory.resolve("verbs")));
    }

    Answer call(String verb) {
        var environment = new HashMap<>(env);
        environment.put("CNI_COMMAND", verb);
        return lab.call(environment, conf);
    }

    Answer succeeds(String verb) {
        var answer = call(verb);
        assertThat(answer.exitCode()).as("%s: %s", verb, answer).isZero();
        return answer;
    }

    /** ADD, whose result goes with every later call. */
    JsonNode add() {
        var result = json(succeeds("ADD"));
        conf.set("prevResult", result);
        return result;
    }

    AbstractStringAssert<?> fails(String verb, int code) {
        var answer = call(verb);
        assertThat(answer.exitCode()).as("%s: %s", verb, answer).isEqualTo(1);
        assertThat(json(answer).path("code").asInt()).as(answer.stdout()).isEqualTo(code);
        return assertThat(json(answer).path("msg").asText());
    }

    /** Neither in the pod nor on the node. */
    void nothing_is_left() {
        assertThat(ip(inside, "-o link")).singleElement().asString().contains(" lo:");
        node_is_clean();
    }

    void node_is_clean() {
        assertThat(ip(lab.netns(), "route show proto 96")).isEmpty();
        assertThat(ip(lab.netns(), "neigh show nud permanent")).isEmpty();
        try (var files = Files.walk(run)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("lock")))
                    .isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(given()).isZero();
    }

    static ObjectNode parse(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
