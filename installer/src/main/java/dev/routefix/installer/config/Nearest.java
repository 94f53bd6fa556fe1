package dev.routefix.installer.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The word that somebody who misspelt one may have meant. */
public final class Nearest {

    private Nearest() {}

    /** The one that takes the fewest letters added, left out or replaced; null if more than a third of it would have to be. */
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

    /** Levenshtein's. */
    private static int distance(String from, String to) {
        int[] before = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] now = new int[to.length() + 1];
            now[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                now[j] = Math.min(replaced, 1 + Math.min(before[j], now[j - 1]));
            }
            before = now;
        }
        return before[to.length()];
    }
}
