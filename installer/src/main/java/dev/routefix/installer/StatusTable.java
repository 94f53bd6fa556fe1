package dev.routefix.installer;

import dev.routefix.installer.plan.Item;
import java.io.PrintStream;
import java.util.List;

/** The node's things as a table: what, how it should be, how it is. */
final class StatusTable {

    private StatusTable() {}

    /** True if all is well. */
    static boolean print(List<Item> items, PrintStream out) {
        int things = "thing".length();
        int founds = "found".length();
        for (var item : items) {
            things = Math.max(things, item.thing().length());
            founds = Math.max(founds, item.found().length());
        }
        boolean well = true;
        out.println("       " + padded("thing", things) + "  " + padded("found", founds) + "  wanted");
        for (var item : items) {
            well &= item.isWell();
            out.println((item.isWell() ? "ok     " : "WRONG  ") + padded(item.thing(), things) + "  "
                    + padded(item.found(), founds) + "  " + item.wanted());
        }
        return well;
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
