package dev.routefix.lab.demo;

import dev.routefix.lab.Pod;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.cri.Cri;
import dev.routefix.lab.net.Netns;
import java.time.Duration;

/**
 * A pod that containerd runs and has attached to its node's first network, as a kubelet asks it to.
 *
 * @param sandbox its id
 * @param netns its network namespace, as it is reached from here
 */
record PlacedPod(
        String name, Occasion occasion, Place place, String sandbox, Netns netns, String address, Duration network) {
    private static final String NAMESPACE = "default";

    /** A node, and the way of a kubelet to its containerd. */
    record Place(Containerd containerd, Cri cri) implements AutoCloseable {
        static Place on(Containerd containerd) {
            return new Place(containerd, Cri.of(containerd));
        }

        @Override
        public void close() {
            cri.close();
        }
    }

    static PlacedPod run(String name, Occasion occasion, Place place) {
        Cri cri = place.cri();
        String sandbox = cri.run(name, NAMESPACE);
        Netns netns = Netns.at(
                place.containerd().root().path(cri.netns(sandbox).path().toString()));
        return new PlacedPod(
                name,
                occasion,
                place,
                sandbox,
                netns,
                cri.address(sandbox),
                cri.networkTime(sandbox)
                        .orElseThrow(
                                () -> new IllegalStateException("containerd does not say when it attached " + name)));
    }

    /** The same for whoever looks into it from here. */
    Pod open() {
        return Pod.found(name, place.containerd().node(), netns, address);
    }

    /** Ends it; its network is taken away by the runtime. */
    void end() {
        place.cri().remove(sandbox);
    }
}
