package dev.routefix.lab.containerd;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.lab.run.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Everything an appliance could leave on a node, one line each: files, links, addresses, routes, neighbours, packet filter rules,
 * kernel settings, mounts and processes. Two of them, taken before and after, tell what was left behind.
 */
public record NodeState(SortedSet<String> lines) {
    private static final List<String> FILES = List.of("/etc/cni", "/opt/cni", "/run", "/var/lib");
    /** The runtime's own business. */
    private static final List<String> RUNTIME = List.of("/run/containerd", "/run/runc", "/var/lib/containerd");

    private static final List<String> SYSCTLS = List.of(
            "net/ipv4/ip_forward",
            "net/ipv4/conf/all/rp_filter",
            "net/ipv4/conf/all/send_redirects",
            "net/ipv4/conf/all/arp_ignore",
            "net/ipv4/conf/eth0/rp_filter",
            "net/ipv4/conf/eth0/send_redirects",
            "net/ipv4/conf/eth0/arp_ignore",
            "net/ipv4/conf/eth0/proxy_arp");

    public NodeState {
        lines = new TreeSet<>(lines);
    }

    public static NodeState of(Containerd containerd) {
        SortedSet<String> lines = new TreeSet<>();
        files(containerd.root(), lines);
        network(containerd, lines);
        rules(containerd.root(), lines);
        mounts(containerd.root(), lines);
        processes(containerd, lines);
        return new NodeState(lines);
    }

    /** What is here and was not there. */
    public List<String> leftSince(NodeState before) {
        return lines.stream().filter(line -> !before.lines.contains(line)).toList();
    }

    private static void files(NodeRoot root, SortedSet<String> lines) {
        for (String directory : FILES) {
            Path top = root.path(directory);
            for (Path path : FileTree.paths(top)) {
                String name = Path.of(directory)
                        .resolve(top.relativize(path).toString())
                        .toString();
                if (RUNTIME.stream().noneMatch(name::startsWith)) {
                    lines.add("file " + name + (Files.isDirectory(path) ? "/" : ""));
                }
            }
        }
    }

    private static void network(Containerd containerd, SortedSet<String> lines) {
        var netns = containerd.node().netns();
        for (JsonNode link : netns.show("address", "show")) {
            String name = link.path("ifname").asText();
            lines.add("link " + name + " " + link.path("address").asText());
            for (JsonNode address : link.path("addr_info")) {
                lines.add("address " + address.path("local").asText() + "/"
                        + address.path("prefixlen").asText() + " dev " + name);
            }
        }
        text(containerd, "ip", "-4", "route", "show", "table", "all").forEach(line -> lines.add("route " + line));
        text(containerd, "ip", "neigh", "show", "nud", "permanent").forEach(line -> lines.add("neighbour " + line));
        text(containerd, "ip", "rule", "show").forEach(line -> lines.add("rule " + line));
        SYSCTLS.forEach(key -> lines.add("sysctl " + key + "=" + netns.sysctl(key)));
    }

    private static List<String> text(Containerd containerd, String... argv) {
        return containerd
                .root()
                .command(argv)
                .run()
                .stdout()
                .lines()
                .map(String::strip)
                .toList();
    }

    /**
     * In both of iptables' modes. A table that was looked at exists from then on; only what is in it counts. What is in kube-proxy's own
     * chains changes with its endpoints.
     */
    private static void rules(NodeRoot root, SortedSet<String> lines) {
        for (String save : List.of("iptables-nft-save", "iptables-legacy-save")) {
            String table = "";
            for (String line : root.command(save).run().stdout().lines().toList()) {
                if (line.startsWith("*")) {
                    table = line.substring(1);
                } else if (isRule(line)
                        && !line.substring(1).replaceFirst("^A ", "").startsWith("KUBE-")) {
                    lines.add("iptables " + save.replace("-save", "") + " -t " + table + " "
                            + line.replaceAll(" \\[\\d+:\\d+]$", ""));
                }
            }
        }
    }

    private static boolean isRule(String line) {
        return line.startsWith("-A ") || (line.startsWith(":") && line.contains(" - "));
    }

    private static void mounts(NodeRoot root, SortedSet<String> lines) {
        try (Stream<String> mounts = Files.lines(root.mountInfo())) {
            mounts.map(line -> line.split(" ", 6)[4])
                    .filter(root::owns)
                    // Others of this machine, which the node's own /run hides, come and go.
                    .filter(mount -> Files.exists(root.path(mount)))
                    .filter(mount -> RUNTIME.stream().noneMatch(mount::startsWith))
                    .forEach(mount -> lines.add("mount " + mount));
        } catch (IOException e) {
            throw NodeRoot.failed("cannot list mounts", e);
        }
    }

    /** Whatever runs in the node's network namespace, by name: its pid says nothing to a reader. */
    private static void processes(Containerd containerd, SortedSet<String> lines) {
        List<Long> machinery = containerd.machinery().toList();
        String wanted = "net:[" + containerd.node().netns().inode() + "]";
        List<Long> pids = new ArrayList<>();
        ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> !machinery.contains(pid))
                .forEach(pid -> {
                    try {
                        if (Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "net"))
                                .toString()
                                .equals(wanted)) {
                            pids.add(pid);
                        }
                    } catch (IOException e) {
                        // It has ended.
                    }
                });
        pids.forEach(pid -> lines.add("process " + NodeRoot.comm(pid)));
    }
}
