package dev.routefix.lab.bench;

import dev.routefix.lab.net.Spawner;
import java.util.List;

/**
 * Where the calls are measured: the appliance on its node, plugins, and pods' sandboxes.
 *
 * @param spawner starts processes on the node
 * @param sandboxes as many as anything here needs at once
 */
record Ground(Site site, Appliance appliance, Spawner spawner, Peers peers, List<Sandbox> sandboxes, Plugin ours) {
    static final int SANDBOXES = 252;

    static Ground of(Site site, Appliance appliance, Spawner spawner, Peers peers) {
        return new Ground(
                site,
                appliance,
                spawner,
                peers,
                Sandbox.create(site.lan(), site.node().root(), SANDBOXES),
                Plugin.installed(site.node().root()).chained());
    }

    Calls calls(Plugin plugin, int sandbox) {
        return new Calls(spawner, plugin, sandboxes.get(sandbox));
    }

    /** The calls of our plugin for the first so many sandboxes. */
    List<Calls> ours(int count) {
        return sandboxes.stream()
                .limit(count)
                .map(sandbox -> new Calls(spawner, ours, sandbox))
                .toList();
    }

    /** Looks whether the kernel has what our plugin said it made. */
    void verify(List<Calls> attached) {
        Sandbox.OnNode onNode = Sandbox.OnNode.of(site.lan().node(1).netns(), ours.string("hostInterface"));
        attached.forEach(each -> each.sandbox().verify(ours.string("gateway"), onNode));
    }
}
