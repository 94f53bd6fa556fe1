package dev.routefix.installer.plan;

import java.util.List;

/**
 * One thing of ours on the node.
 *
 * @param wanted how it should be, for people to read
 * @param found how it is, for people to read
 * @param repairs in order; none if all is well
 * @param afterAll whether they have to wait until everything before them is well
 */
public record Item(String thing, String wanted, String found, List<Repair> repairs, boolean afterAll) {

    public Item {
        repairs = List.copyOf(repairs);
    }

    Item(String thing, String wanted, String found, List<Repair> repairs) {
        this(thing, wanted, found, repairs, false);
    }

    /** The same, to be put right only where everything before it is well. */
    Item lastOfAll() {
        return new Item(thing, wanted, found, repairs, true);
    }

    public boolean isWell() {
        return repairs.isEmpty();
    }
}
