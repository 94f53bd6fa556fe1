package dev.routefix.hostport;

import dev.routefix.netlink.nftables.Element;
import dev.routefix.netlink.nftables.NatTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has to be done so that the table says what is wanted.
 *
 * @param step with the table as a whole
 * @param gone elements that are there and not wanted
 * @param added elements that are wanted and not there, or not to any effect
 */
record HostPortPlan(Step step, List<Element> gone, List<Element> added) {

    /** What becomes of the table. */
    enum Step {
        LEAVE,
        CHANGE,
        /** There is none, or it is not as we made it. */
        MAKE,
        REMOVE
    }

    /**
     * Compares.
     *
     * @param wanted what is to be in it; nothing if there is to be none, so that packets of a node without such pods meet no rule of it
     * @param found null if there is none
     */
    static HostPortPlan of(NatTable table, List<Element> wanted, NatTable.@Nullable TableContent found) {
        var there = found == null ? List.<Element>of() : found.elements();
        var gone = without(there, wanted);
        var added = without(wanted, there);
        if (wanted.isEmpty()) {
            return new HostPortPlan(found == null ? Step.LEAVE : Step.REMOVE, gone, added);
        }
        if (found == null || !found.rules().equals(table.rules())) {
            // whatever was in it did not work meanwhile
            return new HostPortPlan(Step.MAKE, gone, wanted);
        }
        return new HostPortPlan(gone.isEmpty() && added.isEmpty() ? Step.LEAVE : Step.CHANGE, gone, added);
    }

    private static List<Element> without(List<Element> all, List<Element> others) {
        var left = new ArrayList<Element>();
        for (var element : all) {
            if (!others.contains(element)) {
                left.add(element);
            }
        }
        return left;
    }
}
