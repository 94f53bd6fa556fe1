package dev.routefix.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.cni.Attachment;
import dev.routefix.lab.cni.CniChain;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Run;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.netlink.sys.PacketSocket;
import dev.routefix.sandbox.Sandboxes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node of a lab's LAN with mac0 made by hand, pods of the reference macvlan plugin, and route-fix called in this process. */
final class LabNode implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    static final String MAC0 = "02:00:00:00:00:aa";

    private final Lan lan = Lan.open(Lan.Options.DEFAULT.nodes(1));
    private final Path run;
    private @Nullable PacketSocket staying;
    private @Nullable RouteFix resident;
    private Provisions provisions;

    /** Records go to {@code run}. */
    LabNode(Path run) {
        this.run = run;
        provisions = Provisions.onHost(run, System.err);
        makeMac0();
    }

    void makeMac0() {
        netns().ip("link add mac0 link eth0 address " + MAC0 + " type macvlan mode bridge\n"
                + "link set mac0 arp off\naddress add 169.254.1.1/32 dev mac0 scope link\nlink set mac0 up\n");
    }

    Node node() {
        return lan.node(1);
    }

    Netns netns() {
        return node().netns();
    }

    /** A pod with an address, its LAN's route and the router as its gateway: what macvlan and its IPAM leave. */
    Attachment pod(String name) {
        return macvlan().add(Run.current().name(name), Netns.create(name).path(), "eth0");
    }

    CniChain macvlan() {
        return node().chain(Conflist.of("1.0.0", "lan").thenMacvlan(node().hostLocal()));
    }

    /** What route-fix answers to a verb for this pod, with the pod's result as prevResult. */
    Answer call(String verb, Attachment pod) {
        return call(verb, pod, pod.result());
    }

    /** The same with another prevResult, or none. */
    Answer call(String verb, Attachment pod, @Nullable JsonNode prevResult) {
        return call(verb, pod, prevResult, Map.of());
    }

    Answer call(String verb, Attachment pod, @Nullable JsonNode prevResult, Map<String, String> moreEnv) {
        var env = new HashMap<>(env(verb, pod));
        env.putAll(moreEnv);
        var conf = conf("1.1.0");
        if (prevResult != null) {
            conf.set("prevResult", prevResult);
        }
        return call(env, conf);
    }

    /** ADD as one calls it who sends the answer before all is done. */
    Answer add(Attachment pod, Consumer<Runnable> afterwards, Consumer<String> log) {
        return call(env("ADD", pod), conf("1.1.0").set("prevResult", pod.result()), afterwards, log);
    }

    /** The same for any call. */
    Answer call(Map<String, String> env, ObjectNode conf, Consumer<Runnable> afterwards, Consumer<String> log) {
        var stdin = new ByteArrayInputStream(conf.toString().getBytes(StandardCharsets.UTF_8));
        return netns().call(() -> plugin().answer(env, stdin, afterwards, log));
    }

    private static Map<String, String> env(String verb, Attachment pod) {
        return Map.of(
                "CNI_COMMAND", verb,
                "CNI_CONTAINERID", pod.containerId(),
                "CNI_NETNS", pod.netns(),
                "CNI_IFNAME", pod.ifname(),
                "CNI_PATH", "/opt/cni/bin");
    }

    Answer call(Map<String, String> env, ObjectNode conf) {
        var stdin = new ByteArrayInputStream(conf.toString().getBytes(StandardCharsets.UTF_8));
        return netns().call(() -> plugin().answer(env, stdin));
    }

    /** Pods' interfaces are made with these from now on. */
    void provides(Provisions others) {
        provisions = others;
    }

    /** What the process that stays announces pods with, taken from it. */
    void fallsSilent() {
        stays();
        Objects.requireNonNull(staying).close();
        staying = null;
    }

    Lan lan() {
        return lan;
    }

    /** The plugin is one of a process that stays on the node from now on. */
    void stays() {
        var socket = netns().call(PacketSocket::open);
        staying = socket;
        resident = new RouteFix(run, lifecycle(), Sandboxes.asGiven(), provisions, socket);
    }

    private RouteFix plugin() {
        return resident == null ? new RouteFix(run, lifecycle(), Sandboxes.asGiven(), provisions) : resident;
    }

    private Lifecycle lifecycle() {
        return PluginMain.lifecycle(run, run.resolveSibling(run.getFileName() + ".state"), Sandboxes.asGiven());
    }

    /** The same pod with another address in its result. */
    static Attachment renumbered(Attachment pod, String prefix) {
        ObjectNode result = pod.result().deepCopy();
        ((ObjectNode) result.at("/ips/0")).put("address", prefix);
        return new Attachment(pod.containerId(), pod.netns(), pod.ifname(), result);
    }

    static ObjectNode conf(String version) {
        return JSON.createObjectNode()
                .put("cniVersion", version)
                .put("name", "lan")
                .put("type", "route-fix")
                .put("master", "eth0");
    }

    static JsonNode json(Answer answer) {
        try {
            return JSON.readTree(answer.stdout());
        } catch (IOException e) {
            throw new UncheckedIOException(answer.stdout(), e);
        }
    }

    /** What {@code ip ARGUMENTS} prints inside, one trimmed line each. */
    static List<String> ip(Netns inside, String arguments) {
        return inside.run(("ip " + arguments).split(" "))
                .stdout()
                .lines()
                .map(String::strip)
                .toList();
    }

    @Override
    public void close() {
        if (staying != null) {
            staying.close();
        }
        lan.close();
    }
}
