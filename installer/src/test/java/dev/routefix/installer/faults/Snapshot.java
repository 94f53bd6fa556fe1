package dev.routefix.installer.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.installer.TestNode;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A node and its pods as far as route-fix makes or needs them, one line each: interfaces, addresses, routes, lasting neighbours, kernel
 * settings, the packet filter's rules with their places, and every file of the runtime's and of ours with its digest.
 */
record Snapshot(SortedSet<String> lines) {

    private static final List<String> SETTINGS = List.of(
            "net/ipv4/ip_forward",
            "net/ipv4/conf/mac0/send_redirects",
            "net/ipv4/conf/mac0/forwarding",
            "net/ipv4/conf/eth0/forwarding",
            "net/ipv6/conf/mac0/disable_ipv6");

    static Snapshot of(TestNode node, Map<String, Netns> pods) {
        var lines = new TreeSet<String>();
        network("node", node.netns(), lines);
        for (var setting : SETTINGS) {
            lines.add(setting + "=" + setting(node.netns(), setting));
        }
        rules(node.netns(), lines);
        files(node, lines);
        pods.forEach((name, netns) -> network("pod " + name, netns, lines));
        return new Snapshot(lines);
    }

    private static void network(String where, Netns netns, SortedSet<String> lines) {
        for (JsonNode link : netns.show("address", "show")) {
            var name = link.path("ifname").asText();
            lines.add(where + " link " + name + " " + link.path("address").asText() + " "
                    + link.at("/linkinfo/info_kind").asText() + " of "
                    + link.path("link").asText() + " mtu "
                    + link.path("mtu").asText() + " "
                    + new TreeSet<>(link.path("flags")
                            .valueStream()
                            .map(JsonNode::asText)
                            .toList()));
            for (JsonNode address : link.path("addr_info")) {
                if (address.path("family").asText().equals("inet")) {
                    lines.add(where + " address " + address.path("local").asText() + "/"
                            + address.path("prefixlen").asText() + " "
                            + address.path("scope").asText() + " dev " + name);
                }
            }
        }
        // in one process: netns after netns, this is asked a hundred times
        netns.command("ip", "-4", "-batch", "-")
                .stdin("route show table main\nneigh show nud permanent\n")
                .run()
                .stdout()
                .lines()
                .forEach(line -> lines.add(where + " way " + line.strip()));
    }

    private static String setting(Netns netns, String name) {
        try {
            return netns.sysctl(name);
        } catch (IllegalStateException gone) {
            return "gone";
        }
    }

    private static void rules(Netns netns, SortedSet<String> lines) {
        var table = "";
        var places = new HashMap<String, Integer>();
        for (var line : netns.run("iptables-nft-save").stdout().lines().toList()) {
            if (line.startsWith("*")) {
                table = line.substring(1);
            } else if (line.startsWith("-A ")) {
                var chain = table + " " + line.split(" ", 3)[1];
                // there ours come before whoever would change a pod's address, and kube-proxy does not
                var among = chain.equals("nat POSTROUTING") && line.contains("route-fix: ") ? chain + " ours" : chain;
                lines.add("rule " + among + " " + places.merge(among, 1, Integer::sum) + " " + line);
            } else if (line.startsWith(":")) {
                lines.add("chain " + table + " " + line.replaceAll(" \\[.*", ""));
            }
        }
    }

    private static void files(TestNode node, SortedSet<String> lines) {
        for (var directory : List.of("opt/cni", "etc", "run", "var")) {
            var start = node.at(directory);
            if (Files.exists(start)) {
                try (var walk = Files.walk(start)) {
                    for (var file : walk.toList()) {
                        if (file.toString().contains("/var/lib/route-fix/sandboxes/")) {
                            continue; // those that have been, too
                        }
                        lines.add("file " + directory + "/" + start.relativize(file) + " " + content(file));
                    }
                } catch (IOException | UncheckedIOException changing) {
                    lines.add("file " + directory + " changes while it is read: " + changing.getMessage());
                }
            }
        }
    }

    private static String content(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return "-> " + Files.readSymbolicLink(file);
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Files.isDirectory(file) ? "directory" : "socket";
        }
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest, 0, 8) + (Files.isExecutable(file) ? " executable" : "");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }

    /** What differs from {@code before}: with {@code -} what is missing, with {@code +} what is new. */
    List<String> since(Snapshot before) {
        var difference = new ArrayList<String>();
        before.lines.stream().filter(line -> !lines.contains(line)).forEach(line -> difference.add("- " + line));
        lines.stream().filter(line -> !before.lines.contains(line)).forEach(line -> difference.add("+ " + line));
        return difference;
    }
}
