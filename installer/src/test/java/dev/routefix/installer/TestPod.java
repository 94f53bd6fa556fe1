package dev.routefix.installer;

import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Command;

/** A sandbox on a {@link TestNode} with what macvlan and its IPAM leave, made by hand, and the plugin's calls for it. */
public final class TestPod implements AutoCloseable {

    /** A network configuration without a prevResult. */
    static final String CONF = "{\"cniVersion\":\"1.1.0\",\"name\":\"lan\",\"type\":\"route-fix\"}";

    private final TestNode node;
    private final String id;
    private final String address;
    private final Netns sandbox = Netns.create("pod");
    private boolean closed;

    /** @param address of the pod, in 192.168.2.0/24 */
    public TestPod(TestNode node, String id, String address) {
        this.node = node;
        this.id = id;
        this.address = address;
        node.netns()
                .ip("link add pod0 link eth0 type macvlan mode bridge\nlink set pod0 name eth0 netns "
                        + sandbox.path().getFileName());
        sandbox.ip("link set eth0 up\naddress add " + address + "/24 dev eth0\nroute add default via 192.168.2.1\n");
    }

    String address() {
        return address;
    }

    public Netns sandbox() {
        return sandbox;
    }

    /** The plugin as the runtime calls it for this pod. */
    public Command call(String verb) {
        return node.plugin(verb, id, sandbox, """
                {"cniVersion":"1.0.0","name":"lan","type":"route-fix","prevResult":{"cniVersion":"1.0.0",
                 "interfaces":[{"name":"eth0","sandbox":"%s"}],
                 "ips":[{"interface":0,"address":"%s/24","gateway":"192.168.2.1"}],
                 "routes":[{"dst":"0.0.0.0/0","gw":"192.168.2.1"}]}}""".formatted(sandbox.path(), address));
    }

    /** Whether the node has its way to the pod. */
    public boolean isReachable() {
        return node.netns().run("ip", "route", "show", address).stdout().contains("dev mac0")
                && node.netns().run("ip", "neigh", "show").stdout().contains(address + " dev mac0 lladdr");
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            sandbox.close();
        }
    }
}
