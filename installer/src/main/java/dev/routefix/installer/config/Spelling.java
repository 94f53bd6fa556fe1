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
            if (Math.abs(right.length() - name.length()) <= most && Nearest.distance(right, name) <= most) {
                meant = option;
            }
        }
        return meant;
    }
}
