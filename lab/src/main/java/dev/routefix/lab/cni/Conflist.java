package dev.routefix.lab.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A network configuration list (CNI specification, section 1). */
public record Conflist(String cniVersion, String name, List<ObjectNode> plugins) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Conflist {
        plugins = List.copyOf(plugins);
    }

    /** A list with no plugin yet. */
    public static Conflist of(String cniVersion, String name) {
        return new Conflist(cniVersion, name, List.of());
    }

    public static Conflist read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Conflist parse(String json) {
        JsonNode tree = tree(json);
        List<ObjectNode> plugins = new ArrayList<>();
        tree.path("plugins").forEach(plugin -> plugins.add(plugin.require()));
        return new Conflist(tree.path("cniVersion").asText(), tree.path("name").asText(), plugins);
    }

    /** The same list with one more plugin at its end, given as JSON. */
    public Conflist then(String plugin) {
        return then((ObjectNode) tree(plugin));
    }

    public Conflist then(ObjectNode plugin) {
        List<ObjectNode> all = new ArrayList<>(plugins);
        all.add(plugin);
        return new Conflist(cniVersion, name, all);
    }

    /** The same list with the reference macvlan plugin, bridge mode on {@code eth0}, at its end. */
    public Conflist thenMacvlan(ObjectNode ipam) {
        ObjectNode plugin = JsonNodeFactory.instance
                .objectNode()
                .put("type", "macvlan")
                .put("master", "eth0")
                .put("mode", "bridge");
        plugin.set("ipam", ipam);
        return then(plugin);
    }

    boolean isAtLeast(int major, int minor) {
        String[] parts = cniVersion.split("\\.", -1);
        int ours = Integer.parseInt(parts[0]);
        return ours > major || (ours == major && Integer.parseInt(parts[1]) >= minor);
    }

    @Override
    public String toString() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode().put("cniVersion", cniVersion);
        ArrayNode array = tree.put("name", name).putArray("plugins");
        plugins.forEach(array::add);
        return tree.toPrettyString();
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
