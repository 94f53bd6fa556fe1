package dev.routefix.lab.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.containerd.DaemonSet;
import dev.routefix.lab.containerd.WarmLeases;
import dev.routefix.lab.net.Spawner;
import dev.routefix.lab.run.Poll;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where whole networks are made: the appliance on its node, the reference plugins with a DHCP daemon each, and pods that have no network yet.
 *
 * @param ours our plugin as it is configured there
 * @param warm what the appliance holds ready
 * @param containers how many there have been: a runtime gives each an id of its own
 */
record PodGround(
        Site site,
        Appliance appliance,
        Spawner spawner,
        List<DhcpDaemon> daemons,
        List<EmptyPod> pods,
        Plugin ours,
        WarmLeases warm,
        AtomicInteger containers)
        implements AutoCloseable {
    private static final int FIRST_ADDRESS = 1024;
    private static final Duration REFILL = Duration.ofSeconds(60);

    /**
     * Closed, it takes the pods' namespaces away.
     *
     * @param reference whose DHCP daemons are started
     */
    static PodGround open(Site site, DaemonSet set, Appliance appliance, List<ReferencePlugins> reference, int pods) {
        return new PodGround(
                site,
                appliance,
                Spawner.in(site.node().root().namespaces()),
                reference.stream()
                        .map(plugins -> DhcpDaemon.start(site.node().root(), plugins))
                        .toList(),
                EmptyPod.create(site.node().root(), "whole", pods),
                Plugin.installed(site.node().root()),
                WarmLeases.of(set, site.node().root()),
                new AtomicInteger());
    }

    /** Ours for the pod of this number, under the name that Kubernetes would give it; addresses from the DHCP server. */
    PodCalls ours(int pod, String name) {
        return calls(pod, name, List.of(ours));
    }

    /** The reference plugins' for the same. */
    PodCalls reference(int pod, String name, DhcpDaemon daemon) {
        return calls(pod, name, List.of(Plugin.macvlan(daemon.plugins(), daemon.ipam())));
    }

    PodCalls calls(int pod, String name, List<Plugin> chain) {
        EmptyPod empty = pods.get(pod);
        String id = "container-" + containers.incrementAndGet();
        return new PodCalls(spawner, chain, empty, empty.container(id).named(name));
    }

    /** An {@code ipam} that gives the pod of this number an address of its own, without a server. */
    ObjectNode fixedAddress(int pod) {
        var prefix = site.lan().prefix();
        ObjectNode ipam = JsonNodeFactory.instance.objectNode().put("type", "static");
        ipam.putArray("addresses")
                .addObject()
                .put("address", prefix.host(FIRST_ADDRESS + pod) + "/" + prefix.length())
                .put("gateway", site.lan().router().address());
        ipam.putArray("routes").addObject().put("dst", "0.0.0.0/0");
        return ipam;
    }

    /** A name as a Deployment's pods have, which never comes again. */
    String generatedName() {
        return PodNames.generated(containers.get());
    }

    /** Waits until the node holds all the leases for pods to come that it may. */
    void awaitWarm() {
        Poll.until(warm.wanted() + " leases are held ready", REFILL, warm::areThere);
    }

    @Override
    public void close() {
        daemons.forEach(DhcpDaemon::close);
        pods.forEach(pod -> pod.remove(site.node().root()));
        spawner.close();
    }
}
