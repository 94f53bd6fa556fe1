package dev.routefix.installer.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.Paths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A node's files and processes below a directory of their own. */
final class FakeNode {

    static final String RKE2_CONFIG = "/var/lib/rancher/rke2/agent/etc/containerd/config.toml";
    static final String K3S_CONF_DIR = "/var/lib/rancher/k3s/agent/etc/cni/net.d";

    private static final int SHIM = 71;

    private final Path inside;
    private final Path root;
    private final Path proc;

    FakeNode(Path directory) {
        inside = directory.resolve("inside");
        root = directory.resolve("root");
        proc = directory.resolve("proc");
        directory("/");
        process(1, "systemd", "mnt:[1]", "/sbin/init");
        process(SHIM, "some-parent", "mnt:[1]", "/usr/bin/some-parent");
    }

    Path root() {
        return root;
    }

    /** What is found out on it. */
    Layout layout() {
        return search().find();
    }

    LayoutSearch search() {
        return new LayoutSearch(paths());
    }

    Paths paths() {
        var there = Paths.under(inside);
        return new Paths(
                there.root(),
                there.run(),
                there.state(),
                there.dhcpSocket(),
                there.runtime(),
                there.loader(),
                there.sbin(),
                proc,
                there.hostRoot(),
                there.interfaces(),
                proc.resolve(Integer.toString(SHIM)),
                root,
                there.reached());
    }

    /** A directory that is mounted in the container. */
    FakeNode mounted(String path) {
        return made(() -> Files.createDirectories(inside.resolve(path.substring(1))));
    }

    FakeNode directory(String path) {
        return made(() -> Files.createDirectories(at(path)));
    }

    FakeNode file(String path, String text) {
        return made(() -> {
            Files.createDirectories(at(path).getParent());
            return Files.writeString(at(path), text);
        });
    }

    FakeNode link(String path, String target) {
        return made(() -> {
            Files.createDirectories(at(path).getParent());
            Files.deleteIfExists(at(path));
            return Files.createSymbolicLink(at(path), Path.of(target));
        });
    }

    /** containerd runs, and its shim is our parent. */
    FakeNode containerd(String socket, String... words) {
        process(
                SHIM,
                "containerd-shim",
                "mnt:[1]",
                "/usr/bin/containerd-shim-runc-v2",
                "-namespace",
                "k8s.io",
                "-address",
                socket);
        return process(70, "containerd", "mnt:[1]", words);
    }

    /** CRI-O runs, and its monitor is our parent. */
    FakeNode crio(String... words) {
        process(SHIM, "conmon", "mnt:[1]", "/usr/bin/conmon", "-b", "/run/containers/storage/overlay-containers/1");
        return process(70, "crio", "mnt:[1]", words);
    }

    FakeNode process(int pid, String name, String mounts, String... words) {
        return made(() -> {
            var entry = proc.resolve(Integer.toString(pid));
            Files.createDirectories(entry.resolve("ns"));
            Files.deleteIfExists(entry.resolve("ns/mnt"));
            Files.createSymbolicLink(entry.resolve("ns/mnt"), Path.of(mounts));
            Files.writeString(entry.resolve("cmdline"), String.join("\0", words) + "\0");
            return Files.writeString(entry.resolve("comm"), name + "\n");
        });
    }

    Path at(String path) {
        return root.resolve(path.substring(1));
    }

    private interface Work {
        Object run() throws IOException;
    }

    private FakeNode made(Work work) {
        try {
            work.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The directories are found, and nothing else is told that they might be. */
    void leadsTo(String binDir, String confDir) {
        var layout = layout();
        assertThat(layout.binDir()).isEqualTo(binDir);
        assertThat(layout.confDir()).isEqualTo(confDir);
        assertThat(layout.others()).isEmpty();
    }

    static String version2(String binDir, String confDir) {
        return """
                version = 2
                [plugins."io.containerd.grpc.v1.cri"]
                  enable_selinux = false
                [plugins."io.containerd.grpc.v1.cri".cni]
                  bin_dir = "%s"
                  conf_dir = "%s"
                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.lan]
                  cni_conf_dir = "/etc/cni/lan.d"
                """.formatted(binDir, confDir);
    }
}
