package dev.routefix.dhcp.machine;

import java.util.ArrayList;
import java.util.List;

/** What a machine wants taken from it, in its order; each thing is taken once. */
final class Pending<T> {

    private final List<T> things = new ArrayList<>();

    void add(T thing) {
        things.add(thing);
    }

    List<T> take() {
        if (things.isEmpty()) {
            return List.of();
        }
        var taken = List.copyOf(things);
        things.clear();
        return taken;
    }
}
