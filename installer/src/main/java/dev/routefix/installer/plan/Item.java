package dev.routefix.installer.plan;

import java.util.List;

/**
 * One thing of ours on the node.
 *
 * @param wanted and
 * @param found are for people to read
 * @param repairs in order; none if all is well
 */
public record Item(String thing, String wanted, String found, List<Repair> repairs) {

    public Item {
        repairs = List.copyOf(repairs);
    }

    public boolean isWell() {
        return repairs.isEmpty();
    }
}
