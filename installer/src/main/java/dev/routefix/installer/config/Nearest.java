package dev.routefix.installer.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The word that somebody who misspelt one may have meant. */
public final class Nearest {

    private Nearest() {}

    /** The one that differs in the fewest letters; null if that is more than a third of them. */
    public static @Nullable String to(String word, List<String> known) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (var each : known) {
            int distance = distance(word, each);
            if (distance < least && distance <= Math.max(1, each.length() / 3)) {
                nearest = each;
                least = distance;
            }
        }
        return nearest;
    }

    /** How many letters are missing, too many, others, or exchanged with the next one; small letters are no others. */
    static int distance(String one, String other) {
        var before = new int[other.length() + 1];
        var last = new int[other.length() + 1];
        var row = new int[other.length() + 1];
        for (int j = 0; j < last.length; j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int least = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + (same(one, i, other, j) ? 0 : 1));
                if (i > 1 && j > 1 && same(one, i, other, j - 1) && same(one, i - 1, other, j)) {
                    least = Math.min(least, before[j - 2] + 1);
                }
                row[j] = least;
            }
            var spare = before;
            before = last;
            last = row;
            row = spare;
        }
        return last[other.length()];
    }

    private static boolean same(String one, int i, String other, int j) {
        return Character.toUpperCase(one.charAt(i - 1)) == Character.toUpperCase(other.charAt(j - 1));
    }
}
