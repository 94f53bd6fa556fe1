package dev.routefix.lab.containerd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a containerd keeps its things and looks for others', as the node sees it (containerd-config.toml(5)).
 *
 * @param directory for its configuration and log
 * @param root what survives a reboot
 * @param state what a reboot clears
 * @param confDir where CRI looks for networks
 * @param binDir where CRI looks for plugins
 * @param netnsBelowState whether CRI makes namespaces for sandboxes below {@code state}, not in {@code /var/run/netns}
 */
record Places(Path directory, Path root, Path state, Path confDir, Path binDir, boolean netnsBelowState) {

    /** The usual ones, on a node whose {@code /etc}, {@code /opt} and {@code /run} are its own; what survives is in {@code directory}. */
    static Places ofNode(Path directory) {
        return new Places(
                directory,
                directory.resolve("containerd"),
                Path.of("/run/containerd"),
                Path.of("/etc/cni/net.d"),
                Path.of("/opt/cni/bin"),
                false);
    }

    /**
     * All of them below a directory of this machine. Only the node sees what is mounted there, so a link leads from the state's path on this
     * machine to what the node has at the same path: whoever is given the path of a namespace finds it, wherever he is.
     */
    static Places below(Path directory, NodeRoot node, Path confDir, Path binDir) {
        Path memory = directory.resolve("run");
        Path state = memory.resolve("containerd");
        try {
            Files.createDirectory(memory);
            node.command("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", memory.toString())
                    .run();
            Path target = Files.createDirectory(node.path(state.toString()));
            Files.createSymbolicLink(state, target);
        } catch (IOException e) {
            throw NodeRoot.failed("cannot make " + state, e);
        }
        return new Places(directory, directory.resolve("root"), state, confDir, binDir, true);
    }

    Path socket() {
        return state.resolve("containerd.sock");
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
                """.formatted(
                        root, state, socket(), root.resolve("opt"), PodImage.NAME, netnsBelowState, confDir, binDir);
    }
}
