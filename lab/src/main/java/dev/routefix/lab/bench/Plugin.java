package dev.routefix.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.Host;
import dev.routefix.lab.Node;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.containerd.NodeRoot;
import dev.routefix.lab.net.Spawner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A plugin as a runtime calls it.
 *
 * @param name as the report has it
 * @param executable its path on the node
 * @param path the directories it is told to look for others in, {@code CNI_PATH}
 * @param configuration its object in a configuration list
 */
public record Plugin(String name, String executable, String path, ObjectNode configuration) {
    private static final String OURS = "route-fix";
    private static final String DIRECTORY = "/opt/cni/bin";

    /** One that sets a single sysctl of the pod: about the least a Go plugin can do. */
    static Plugin tuning(ReferencePlugins plugins) {
        ObjectNode configuration = JsonNodeFactory.instance.objectNode().put("type", "tuning");
        configuration.putObject("sysctl").put("net.ipv4.conf.eth0.accept_redirects", "0");
        return reference(plugins, "tuning", configuration);
    }

    /** One that moves the pod's routes into a table of their own: the nearest to what ours does. */
    static Plugin sbr(ReferencePlugins plugins) {
        return reference(plugins, "sbr", JsonNodeFactory.instance.objectNode().put("type", "sbr"));
    }

    /** One that makes a pod's interface, and has another one give it its addresses. */
    static Plugin macvlan(ReferencePlugins plugins, ObjectNode ipam) {
        ObjectNode configuration = JsonNodeFactory.instance
                .objectNode()
                .put("type", "macvlan")
                .put("master", Host.LINK)
                .put("mode", "bridge");
        configuration.set("ipam", ipam);
        return reference(plugins, "macvlan", configuration);
    }

    private static Plugin reference(ReferencePlugins plugins, String name, ObjectNode configuration) {
        return new Plugin(
                plugins.label(name),
                plugins.plugin(name).toString(),
                plugins.directory().toString(),
                configuration);
    }

    /** Ours, as the appliance put it on the node, with the configuration it wrote there. */
    public static Plugin installed(NodeRoot root) {
        try (Stream<Path> files = Files.list(root.path("/etc/cni/net.d"))) {
            return files.filter(file -> file.toString().endsWith(".conflist"))
                    .flatMap(file -> Conflist.read(file).plugins().stream())
                    .filter(plugin -> plugin.path("type").asText().equals(OURS))
                    .map(plugin ->
                            new Plugin(OURS, DIRECTORY + "/" + OURS, DIRECTORY + ":" + Node.REFERENCE_PLUGINS, plugin))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no configuration list names " + OURS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same as one writes it behind plugins that have made interface and address. */
    public Plugin chained() {
        ObjectNode changed = configuration.deepCopy();
        changed.remove("ipam");
        return new Plugin(name, executable, path, changed);
    }

    /** The same, with its addresses from somewhere else. */
    Plugin withIpam(ObjectNode ipam) {
        ObjectNode changed = configuration.deepCopy();
        changed.set("ipam", ipam);
        return new Plugin(name, executable, path, changed);
    }

    /** The same, told by the runtime to lead a port of the node to the pod. */
    public Plugin withHostPort(int port, int containerPort) {
        ObjectNode changed = configuration.deepCopy();
        changed.putObject("runtimeConfig")
                .putArray("portMappings")
                .addObject()
                .put("hostPort", port)
                .put("containerPort", containerPort)
                .put("protocol", "tcp");
        return new Plugin(name, executable, path, changed);
    }

    /** What it reads from its standard input; no result is given to the first of a chain. */
    public String stdin(JsonNode prevResult) {
        ObjectNode tree =
                JsonNodeFactory.instance.objectNode().put("cniVersion", "1.0.0").put("name", "bench");
        tree.setAll(configuration.deepCopy());
        // A runtime keeps it to itself.
        tree.remove("capabilities");
        if (prevResult.isObject()) {
            tree.set("prevResult", prevResult);
        }
        return tree.toString();
    }

    /** A call as a runtime makes it; its files are named {@code file} in the directory, with stdout and stderr beside what it reads. */
    public Spawner.Job job(String verb, Container container, String ifname, Path directory, String file) {
        return new Spawner.Job(
                List.of(executable),
                container.environment(verb, ifname, path),
                directory.resolve(file),
                directory.resolve(file + ".stdout"),
                directory.resolve(file + ".stderr"));
    }

    String string(String key) {
        return configuration.path(key).asText();
    }
}
