package dev.routefix.installer;

import dev.routefix.installer.config.Paths;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.cni.CniChain;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.kube.LoadBalancer;
import dev.routefix.lab.run.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A lab's LAN whose nodes have route-fix installed by the installer itself, with pods attached by the conflist it wrote and the relay it
 * put there. Only the Java runtime is this test's own instead of the image's.
 */
final class InstalledLan implements AutoCloseable {

    private final Lan lan;
    private final Path directory;
    private final Map<String, String> environment;
    private final List<Pod> pods = new ArrayList<>();
    private final LoadBalancer service;

    /** Installs on every node, with {@code environment} as the DaemonSet's. */
    InstalledLan(int nodes, Path directory, Map<String, String> environment) {
        this.lan = Lan.open(Lan.Options.DEFAULT.nodes(nodes));
        this.directory = directory;
        this.environment = environment;
        this.service = LoadBalancer.at(lan.prefix().host(240));
        try {
            for (var node : lan.nodes()) {
                prepare(root(node));
                appliance(node, "install");
            }
        } catch (RuntimeException | IOException e) {
            lan.close();
            throw new IllegalStateException(e);
        }
    }

    Lan lan() {
        return lan;
    }

    List<Pod> pods() {
        return pods;
    }

    LoadBalancer service() {
        return service;
    }

    /** Runs a command of the appliance in this process, in the node's network namespace; what it said. */
    String appliance(Node node, String command) {
        var output = attempt(node, command);
        if (!output.ok()) {
            throw new IllegalStateException(command + " on " + node.name() + ": " + output.stdout());
        }
        return output.stdout();
    }

    /** The same with whatever exit code. */
    Output attempt(Node node, String... words) {
        var env = new HashMap<>(environment);
        var root = root(node);
        env.put("CNI_BIN_DIR", root.resolve("opt/cni/bin").toString());
        env.put("CNI_CONF_DIR", root.resolve("etc/cni/net.d").toString());
        env.put("IPAM", node.hostLocal().toString());
        env.put("NODE_NAME", node.name());
        var said = new ByteArrayOutputStream();
        try (var stream = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            int exit = node.netns().call(() -> new CommandLine(env, Paths.under(root), stream, stream).execute(words));
            return new Output(exit, said.toString(StandardCharsets.UTF_8), "");
        }
    }

    /** Starts a pod by the conflist the installer wrote, and makes it an endpoint of the Service. */
    Pod pod(String name, Node node) {
        var pod = Pod.attach(name, node, chain(node));
        pods.add(pod);
        return pod;
    }

    /** The chain a runtime would run on this node, with more plugins after ours, given as JSON. */
    CniChain chain(Node node, String... more) {
        var root = root(node);
        var conflist = Conflist.read(root.resolve("etc/cni/net.d/0-route-fix.conflist"));
        for (var plugin : more) {
            conflist = conflist.then(plugin);
        }
        return node.chain(conflist, List.of(root.resolve("opt/cni/bin"), Node.REFERENCE_PLUGINS));
    }

    /** kube-proxy's rules for a Service with all pods as its endpoints. */
    void serve(KubeProxy.Options options) {
        lan.serve(service, pods, options);
    }

    Path root(Node node) {
        return directory.resolve(node.name());
    }

    /** What the image brings and the host has. The loader of the runtime is a script that starts this test's Java instead. */
    private static void prepare(Path root) throws IOException {
        for (var each : List.of("opt/route-fix/bin", "opt/cni/bin", "etc/cni/net.d", "usr", "run", "var/lib")) {
            Files.createDirectories(root.resolve(each));
        }
        Files.createSymbolicLink(root.resolve("usr/sbin"), Path.of("/usr/sbin"));
        for (var plugin : List.of("host-local", "macvlan")) {
            Files.copy(
                    Node.REFERENCE_PLUGINS.resolve(plugin),
                    root.resolve("opt/cni/bin").resolve(plugin));
        }
        Files.writeString(root.resolve("opt/route-fix/build"), "test-1\n");
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        executable(root.resolve("opt/route-fix/bin/ld.so"), """
                #!/bin/sh
                exec %s -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+DisplayVMOutputToStderr --enable-native-access=ALL-UNNAMED \\
                  -Droute-fix.run=%s -Droute-fix.state=%s -cp '%s' dev.routefix.plugin.PluginMain
                """.formatted(
                        java,
                        root.resolve("run/route-fix"),
                        root.resolve("var/lib/route-fix"),
                        System.getProperty("java.class.path")));
    }

    private static void executable(Path file, String text) {
        try {
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            pods.forEach(Pod::close);
        } finally {
            lan.close();
        }
    }
}
