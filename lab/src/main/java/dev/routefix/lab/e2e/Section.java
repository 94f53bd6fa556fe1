package dev.routefix.lab.e2e;

import dev.routefix.lab.Flow;
import java.util.List;

/**
 * Rows of the report that belong together.
 *
 * @param title the circumstances under which they were tried
 */
record Section(String title, List<Flow> rows) {
    Section {
        rows = List.copyOf(rows);
    }

    boolean works() {
        return rows.stream().allMatch(Flow::works);
    }
}
