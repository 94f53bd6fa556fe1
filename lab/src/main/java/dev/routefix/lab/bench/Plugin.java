package dev.routefix.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.Node;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.containerd.NodeRoot;
import dev.routefix.lab.net.Spawner;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A chained plugin.
 *
 * @param executable its path on the node
 * @param configuration its object in a configuration list
 */
public record Plugin(String name, String executable, ObjectNode configuration) {
    private static final String OURS = "route-fix";

    /** One that sets a single sysctl of the pod: about the least a Go plugin can do. */
    static Plugin tuning() {
        ObjectNode configuration = JsonNodeFactory.instance.objectNode().put("type", "tuning");
        configuration.putObject("sysctl").put("net.ipv4.conf.eth0.accept_redirects", "0");
        return reference("tuning", configuration);
    }

    /** One that moves the pod's routes into a table of their own: the nearest to what ours does. */
    static Plugin sbr() {
        return reference("sbr", JsonNodeFactory.instance.objectNode().put("type", "sbr"));
    }

    private static Plugin reference(String name, ObjectNode configuration) {
        return new Plugin(name, Node.REFERENCE_PLUGINS.resolve(name).toString(), configuration);
    }

    /** Ours, as the appliance put it on the node, with the configuration it wrote there, but for what makes the pod's interface. */
    public static Plugin installed(NodeRoot root) {
        try (Stream<Path> files = Files.list(root.path("/etc/cni/net.d"))) {
            return files.filter(file -> file.toString().endsWith(".conflist"))
                    .flatMap(file -> Conflist.read(file).plugins().stream())
                    .filter(plugin -> plugin.path("type").asText().equals(OURS))
                    .map(plugin -> new Plugin(
                            OURS, "/opt/cni/bin/" + OURS, plugin.deepCopy().without("ipam")))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no configuration list names " + OURS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it reads from its standard input. */
    public String stdin(JsonNode prevResult) {
        ObjectNode tree =
                JsonNodeFactory.instance.objectNode().put("cniVersion", "1.0.0").put("name", "bench");
        tree.setAll(configuration);
        tree.set("prevResult", prevResult);
        return tree.toString();
    }

    /** A call as a runtime makes it; its files are named {@code file} in the directory, with stdout and stderr beside what it reads. */
    public Spawner.Job job(String verb, Sandbox sandbox, String ifname, Path directory, String file) {
        return new Spawner.Job(
                List.of(executable),
                Map.of(
                        "CNI_COMMAND",
                        verb,
                        "CNI_CONTAINERID",
                        sandbox.name(),
                        "CNI_NETNS",
                        sandbox.path(),
                        "CNI_IFNAME",
                        ifname,
                        "CNI_PATH",
                        "/opt/cni/bin",
                        "PATH",
                        "/usr/sbin:/usr/bin:/sbin:/bin",
                        Run.MARK,
                        Run.current().id()),
                directory.resolve(file),
                directory.resolve(file + ".stdout"),
                directory.resolve(file + ".stderr"));
    }

    String string(String key) {
        return configuration.path(key).asText();
    }
}
