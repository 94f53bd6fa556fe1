package dev.routefix.lab.containerd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a containerd keeps its things and looks for others', as the node sees it (containerd-config.toml(5)).
 *
 * @param directory for its configuration and log
 * @param root what survives a reboot
 * @param memory what a reboot clears, such as {@code /run}; containerd's {@code state} is in it
 * @param confDir where CRI looks for networks
 * @param binDir where CRI looks for plugins
 * @param handlers runtime handlers beside the default one, each with a directory of its own where CRI looks for its networks
 * @param netnsInState whether CRI makes namespaces for sandboxes in its {@code state}, not in {@code /var/run/netns}
 */
record Places(
        Path directory,
        Path root,
        Path memory,
        Path confDir,
        Path binDir,
        Map<String, Path> handlers,
        boolean netnsInState) {

    /** The usual ones, on a node whose {@code /etc}, {@code /opt} and {@code /run} are its own; what survives is in {@code directory}. */
    static Places ofNode(Path directory) {
        return new Places(
                directory,
                directory.resolve("containerd"),
                Path.of("/run"),
                Path.of("/etc/cni/net.d"),
                Path.of("/opt/cni/bin"),
                Map.of(),
                false);
    }

    /** The same with other directories of networks and plugins. */
    Places with(Path otherConfDir, Path otherBinDir) {
        return new Places(directory, root, memory, otherConfDir, otherBinDir, handlers, netnsInState);
    }

    /** The same with other runtime handlers. */
    Places with(Map<String, Path> otherHandlers) {
        return new Places(directory, root, memory, confDir, binDir, otherHandlers, netnsInState);
    }

    /**
     * All of them below a directory of this machine. Only the node sees what is mounted there, so a link leads from the state's path on this
     * machine to what the node has at the same path: whoever is given the path of a namespace finds it, wherever he is.
     */
    static Places below(Path directory, NodeRoot node, Path confDir, Path binDir, Map<String, Path> handlers) {
        Places places = new Places(
                directory, directory.resolve("root"), directory.resolve("run"), confDir, binDir, handlers, true);
        try {
            Files.createDirectory(places.memory);
            Files.createSymbolicLink(places.state(), node.path(places.state().toString()));
            places.mountState(node);
            return places;
        } catch (IOException e) {
            throw NodeRoot.failed("cannot make " + places.state(), e);
        }
    }

    private void mountState(NodeRoot node) throws IOException {
        node.mountMemory(memory.toString());
        Files.createDirectory(node.path(state().toString()));
    }

    /** Empties what a reboot empties. */
    void clear(NodeRoot node) {
        try {
            node.clearRun();
            if (netnsInState) {
                node.unmount(memory.toString());
                mountState(node);
            }
        } catch (IOException e) {
            throw NodeRoot.failed("cannot empty " + memory, e);
        }
    }

    Path state() {
        return memory.resolve("containerd");
    }

    Path socket() {
        return state().resolve("containerd.sock");
    }

    Path log() {
        return directory.resolve("containerd.log");
    }

    /** Writes containerd's configuration file; its path. */
    Path writeConfiguration() {
        try {
            return Files.writeString(directory.resolve("containerd.toml"), configuration());
        } catch (IOException e) {
            throw NodeRoot.failed("cannot write containerd's configuration", e);
        }
    }

    private String configuration() {
        return """
            version = 2
            root = "%s"
            state = "%s"
            [debug]
              # it then says when it calls plugins, and when they have answered
              level = "debug"
            [grpc]
              address = "%s"
            [plugins."io.containerd.internal.v1.opt"]
              path = "%s"
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "%s"
              # a machine that may not lower a process's OOM score runs containers all the same
              restrict_oom_score_adj = true
              netns_mounts_under_state_dir = %b
              [plugins."io.containerd.grpc.v1.cri".cni]
                conf_dir = "%s"
                bin_dir = "%s"
              [plugins."io.containerd.grpc.v1.cri".registry]
                config_path = "/etc/containerd/certs.d"
            """.formatted(root, state(), socket(), root.resolve("opt"), PodImage.NAME, netnsInState, confDir, binDir)
                + runtimes();
    }

    /** Whoever names a runtime has to name the usual one too (seen with containerd 1.6): all are replaced together. */
    private String runtimes() {
        StringBuilder tables = new StringBuilder(runtime("runc"));
        handlers.forEach(
                (name, networks) -> tables.append(runtime(name)).append("cni_conf_dir = \"%s\"%n".formatted(networks)));
        return tables.toString();
    }

    private static String runtime(String name) {
        return """
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.%s]
            runtime_type = "io.containerd.runc.v2"
            """.formatted(name);
    }
}
