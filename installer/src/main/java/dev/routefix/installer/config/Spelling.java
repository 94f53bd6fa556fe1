package dev.routefix.installer.config;

import org.jspecify.annotations.Nullable;

/** Which variable somebody meant who wrote another name. An environment has many names that are none of ours, so only what is next to one of them is taken for it. */
final class Spelling {

    /** Names at least so long may differ twice; of shorter ones, such as POD_NAME and NODE_NAME, both may be meant. */
    private static final int LONG = 10;

    private Spelling() {}

    /** The variable that was meant by a name; null for one of ours, and for one that is nothing like them. */
    static @Nullable Option meant(String name) {
        Option meant = null;
        for (var option : Option.values()) {
            var right = option.name();
            if (right.equals(name)) {
                return null;
            }
            int most = right.length() >= LONG ? 2 : 1;
            if (Math.abs(right.length() - name.length()) <= most && distance(right, name) <= most) {
                meant = option;
            }
        }
        return meant;
    }

    /** How many letters are missing, too many, others, or exchanged with the next one; small letters are no others. */
    private static int distance(String one, String other) {
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
        return one.charAt(i - 1) == Character.toUpperCase(other.charAt(j - 1));
    }
}
