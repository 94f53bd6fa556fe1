package dev.routefix.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.Host;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Pod;
import dev.routefix.lab.containerd.NodeRoot;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.net.Spawner;
import dev.routefix.lab.run.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A pod's network namespace after macvlan and its IPAM have done their work, where a runtime keeps it: what a chained plugin is called for.
 *
 * @param gateway the LAN's router, and the pod's gateway so far
 */
public record Sandbox(String name, Netns netns, String address, int prefixLength, String gateway, String mac) {
    /** Behind everything else on the LAN. */
    private static final int FIRST_ADDRESS = 1024;

    /** Makes as many on the node, all at once. */
    public static List<Sandbox> create(Lan lan, NodeRoot root, int count) {
        List<Sandbox> all = IntStream.range(0, count)
                .mapToObj(i -> {
                    String name = "cni-bench-" + i;
                    return new Sandbox(
                            name,
                            Netns.at(root.path("/run/netns/" + name)),
                            lan.prefix().host(FIRST_ADDRESS + i),
                            lan.prefix().length(),
                            lan.router().address(),
                            "02:00:5f:00:%02x:%02x".formatted(i >> Byte.SIZE, i & 0xff));
                })
                .toList();
        root.command("ip", "-batch", "-")
                .stdin(all.stream().map(Sandbox::creation).collect(Collectors.joining()))
                .run();
        all.forEach(Sandbox::configure);
        return all;
    }

    private String creation() {
        return """
                netns add %1$s
                link add link %2$s name %3$s netns %1$s address %4$s type macvlan mode bridge
                """.formatted(name, Host.LINK, Pod.LINK, mac);
    }

    private void configure() {
        // Every reset would start duplicate address detection anew.
        netns.sysctl("net/ipv6/conf/all/disable_ipv6", "1");
        netns.ip("""
                link set lo up
                link set %1$s up
                address add %2$s/%3$d broadcast + dev %1$s
                route add default via %4$s
                """.formatted(Pod.LINK, address, prefixLength, gateway));
    }

    /** Takes it away, as a runtime does when a pod ends. */
    public void remove(NodeRoot root) {
        // The hardware address is free at once only if its interface does not wait for the namespace's end.
        netns.ip("link delete " + Pod.LINK + "\n");
        root.command("ip", "netns", "delete", name).run();
    }

    /** Makes it anew after {@link #remove}. */
    public void recreate(NodeRoot root) {
        root.command("ip", "-batch", "-").stdin(creation()).run();
        configure();
    }

    /** Makes the pod's routes and neighbours what they were after macvlan; settings are left to {@link #resetSettings}. */
    public Spawner.Job resetting(Path directory) {
        // The kernel drops every route and neighbour of an interface that is set down, and makes those of its addresses
        // when it is up.
        String lines = """
                link set %1$s down
                link set %1$s up
                route add default via %2$s
                """.formatted(Pod.LINK, gateway);
        return new Spawner.Job(
                        List.of("/sbin/ip", "-n", name, "-batch", "-"),
                        Map.of(Run.MARK, Run.current().id()),
                        directory.resolve("reset"),
                        directory.resolve("reset.stdout"),
                        directory.resolve("reset.stderr"))
                .reading(lines);
    }

    public void resetSettings() {
        netns.sysctl("net/ipv4/conf/all/accept_redirects", "1");
        netns.sysctl("net/ipv4/conf/" + Pod.LINK + "/accept_redirects", "1");
    }

    /** What the runtime tells of it. */
    public Container container() {
        return new Container(name, path());
    }

    /** The path as a runtime gives it to a plugin. */
    public String path() {
        return "/var/run/netns/" + name;
    }

    /** What macvlan would have answered (CNI specification 1.0.0, section 5). */
    public ObjectNode prevResult() {
        ObjectNode result = JsonNodeFactory.instance.objectNode().put("cniVersion", "1.0.0");
        result.putArray("interfaces")
                .addObject()
                .put("name", Pod.LINK)
                .put("mac", mac)
                .put("sandbox", path());
        result.putArray("ips")
                .addObject()
                .put("address", address + "/" + prefixLength)
                .put("gateway", gateway)
                .put("interface", 0);
        result.putArray("routes").addObject().put("dst", "0.0.0.0/0").put("gw", gateway);
        result.putObject("dns");
        return result;
    }

    /**
     * Looks at the kernel's state of this pod and of its node.
     *
     * @param onNode the node's routes and neighbours on its own macvlan
     * @throws IllegalStateException naming what is missing of an attachment
     */
    void verify(String podGateway, OnNode onNode) {
        JsonNode routes = netns.show("-4", "route", "show");
        JsonNode neighbours = netns.show("-4", "neighbour", "show");
        demand(
                "default route",
                routes.valueStream()
                        .anyMatch(route -> is(route, "dst", "default") && is(route, "gateway", podGateway)));
        demand(
                "route to " + podGateway,
                routes.valueStream().anyMatch(route -> is(route, "dst", podGateway) && is(route, "scope", "link")));
        demand(
                "permanent neighbour " + podGateway,
                neighbours
                        .valueStream()
                        .anyMatch(each -> is(each, "dst", podGateway)
                                && each.path("state").toString().contains("PERMANENT")));
        demand("route on the node", onNode.routes().valueStream().anyMatch(route -> is(route, "dst", address)));
        demand(
                "neighbour on the node",
                onNode.neighbours()
                        .valueStream()
                        .anyMatch(each -> is(each, "dst", address) && is(each, "lladdr", mac)));
    }

    /** What a node holds for all of its pods. */
    record OnNode(JsonNode routes, JsonNode neighbours) {
        static OnNode of(Netns node, String link) {
            return new OnNode(
                    node.show("-4", "route", "show", "dev", link), node.show("-4", "neighbour", "show", "dev", link));
        }
    }

    private static boolean is(JsonNode object, String key, String value) {
        return object.path(key).asText().equals(value);
    }

    private void demand(String what, boolean there) {
        if (!there) {
            throw new IllegalStateException(
                    "after a successful ADD there is no " + what + " of pod " + name + " at " + address);
        }
    }
}
