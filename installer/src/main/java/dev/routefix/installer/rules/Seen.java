package dev.routefix.installer.rules;

import java.util.OptionalInt;

/** Something about nftables, and the kernel's number for the state that it was seen in: as long as that stays, so does this. */
record Seen<T>(OptionalInt generation, T value) {

    /** Something that was not seen yet. */
    static <T> Seen<T> never(T value) {
        return new Seen<>(OptionalInt.empty(), value);
    }

    /** Whether it still holds. */
    boolean isOf(OptionalInt now) {
        return now.isPresent() && now.equals(generation);
    }
}
