package dev.routefix.lab.demo;

import java.util.List;

/**
 * What is on the nodes after the appliance went and was not before it came.
 *
 * @param things there should be none
 * @param mountPoints what the kubelet made to mount it and never removes; whatever lies in one is among the things
 */
record Leftovers(List<String> things, List<String> mountPoints) {
    Leftovers {
        things = List.copyOf(things);
        mountPoints = List.copyOf(mountPoints);
    }

    boolean isEmpty() {
        return things.isEmpty();
    }
}
