package dev.routefix.lab.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Output;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs a list of plugins as libcni does: environment and configuration of the specification's sections 2 and 3, ADD and CHECK in
 * order, DEL in reverse, each plugin given its predecessor's result. The plugins run in the node's network namespace.
 */
public final class CniChain {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** libcni gives these names to the verbs that concern no container. */
    private static final Attachment NOBODY = new Attachment("dummy", "dummy", "dummy", MissingNode.getInstance());

    private final Netns node;
    private final List<Path> directories;
    private final Conflist conflist;
    private final Map<String, String> environment;
    private final ObjectNode capabilities;

    private CniChain(
            Netns node,
            List<Path> directories,
            Conflist conflist,
            Map<String, String> environment,
            ObjectNode capabilities) {
        this.node = node;
        this.directories = List.copyOf(directories);
        this.conflist = conflist;
        this.environment = Map.copyOf(environment);
        this.capabilities = capabilities;
    }

    public static CniChain of(Netns node, List<Path> directories, Conflist conflist) {
        return new CniChain(node, directories, conflist, Map.of(), JsonNodeFactory.instance.objectNode());
    }

    /** The same chain with more variables in its plugins' environment, such as {@code CNI_ARGS}. */
    public CniChain env(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return new CniChain(node, directories, conflist, all, capabilities);
    }

    /** The same chain for a container of which the runtime tells those plugins that have the capability, such as {@code {"portMappings":[...]}}. */
    public CniChain telling(String runtimeConfig) {
        return new CniChain(node, directories, conflist, environment, (ObjectNode) parse(runtimeConfig));
    }

    public Conflist conflist() {
        return conflist;
    }

    /**
     * Attaches.
     *
     * @throws CniFailure of the first plugin that fails; what its predecessors did is left to {@link #del}, as libcni leaves it
     */
    public Attachment add(String containerId, Path netns, String ifname) {
        Attachment attachment = new Attachment(containerId, netns.toString(), ifname, MissingNode.getInstance());
        JsonNode result = MissingNode.getInstance();
        for (ObjectNode plugin : conflist.plugins()) {
            result = call("ADD", plugin, attachment, result);
        }
        return new Attachment(containerId, netns.toString(), ifname, result);
    }

    /** Verifies; the specification has it from 0.4.0 on. */
    public void check(Attachment attachment) {
        requireVersion(0, 4, "CHECK");
        conflist.plugins().forEach(plugin -> call("CHECK", plugin, attachment, attachment.result()));
    }

    /** Detaches; the attachment's result may be missing, as after a failed ADD, and its namespace gone. */
    public void del(Attachment attachment) {
        // Before 0.4.0 libcni has no result to give back.
        JsonNode result = conflist.isAtLeast(0, 4) ? attachment.result() : MissingNode.getInstance();
        conflist.plugins().reversed().forEach(plugin -> call("DEL", plugin, attachment, result));
    }

    /** Asks every plugin whether it could attach now; from 1.1.0 on. */
    public void status() {
        requireVersion(1, 1, "STATUS");
        conflist.plugins().forEach(plugin -> call("STATUS", plugin, NOBODY, MissingNode.getInstance()));
    }

    /** Lets every plugin clear away what belongs to no attachment of these; from 1.1.0 on. */
    public void gc(List<Attachment> valid) {
        requireVersion(1, 1, "GC");
        for (ObjectNode plugin : conflist.plugins()) {
            ObjectNode told = plugin.deepCopy();
            ArrayNode list = told.putArray("cni.dev/valid-attachments");
            valid.forEach(
                    a -> list.addObject().put("containerID", a.containerId()).put("ifname", a.ifname()));
            call("GC", told, NOBODY, MissingNode.getInstance());
        }
    }

    /** Runs one plugin of the list with one verb; what it printed, as it is. */
    public Output attempt(String verb, ObjectNode plugin, Attachment attachment, JsonNode prevResult) {
        Map<String, String> env = new HashMap<>(environment);
        env.put("CNI_COMMAND", verb);
        env.put("CNI_CONTAINERID", attachment.containerId());
        env.put("CNI_NETNS", attachment.netns());
        env.put("CNI_IFNAME", attachment.ifname());
        env.put("CNI_PATH", directories.stream().map(Path::toString).collect(Collectors.joining(":")));
        return node.command(find(plugin.path("type").asText()).toString())
                .env(env)
                .stdin(configuration(plugin, prevResult).toString())
                .attempt();
    }

    private void requireVersion(int major, int minor, String verb) {
        if (!conflist.isAtLeast(major, minor)) {
            throw new IllegalStateException(
                    "configuration version " + conflist.cniVersion() + " does not support " + verb);
        }
    }

    private JsonNode call(String verb, ObjectNode plugin, Attachment attachment, JsonNode prevResult) {
        Output output = attempt(verb, plugin, attachment, prevResult);
        String type = plugin.path("type").asText();
        JsonNode printed = parse(output.stdout());
        if (!output.ok()) {
            String text =
                    printed.path("msg").asText() + " " + printed.path("details").asText();
            throw new CniFailure(type, verb, printed.path("code").asInt(-1), (text + " " + output.stderr()).strip());
        }
        if (verb.equals("ADD") && !printed.isObject()) {
            throw new CniFailure(type, verb, -1, "no result: '" + output.stdout() + "'");
        }
        return printed;
    }

    private ObjectNode configuration(ObjectNode plugin, JsonNode prevResult) {
        ObjectNode configuration = JsonNodeFactory.instance
                .objectNode()
                .put("cniVersion", conflist.cniVersion())
                .put("name", conflist.name());
        configuration.setAll(plugin.deepCopy());
        configuration.remove("capabilities");
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        capabilities.properties().forEach(entry -> {
            if (plugin.at("/capabilities/" + entry.getKey()).asBoolean()) {
                told.set(entry.getKey(), entry.getValue());
            }
        });
        if (!told.isEmpty()) {
            configuration.set("runtimeConfig", told);
        }
        if (prevResult.isObject()) {
            configuration.set("prevResult", prevResult);
        }
        return configuration;
    }

    private Path find(String type) {
        return directories.stream()
                .map(directory -> directory.resolve(type))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no plugin '" + type + "' in " + directories));
    }

    private static JsonNode parse(String text) {
        try {
            return text.isBlank() ? MissingNode.getInstance() : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
