package dev.routefix.cni;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** As whom a pod asks a DHCP server for an address: {@code identity} of {@code ipam} or {@code runtimeConfig}, or {@code IDENTITY} of {@code CNI_ARGS}. */
public enum IdentityKind {
    /** As the same one again if its name is one that comes again, else as nobody in particular. */
    AUTO("auto"),
    /** As the same one whenever a pod of its name asks: with its client identifier and its hardware address, so it has its address again. */
    STABLE("stable"),
    /** As somebody new each time, whatever its name is. */
    ANONYMOUS("anonymous");

    /** What a value must be, for messages. */
    static final String CHOICES = "auto, stable or anonymous";

    private final String word;

    IdentityKind(String word) {
        this.word = word;
    }

    /** Null if none is called so. */
    static @Nullable IdentityKind of(String word) {
        for (var kind : values()) {
            if (kind.word.equals(word)) {
                return kind;
            }
        }
        return null;
    }

    /** That of a key; null if it is absent, empty or wrong, and in the last case {@code faults} says so. */
    static @Nullable IdentityKind of(@Nullable JsonObject json, List<CniException> faults) {
        try {
            var word = json == null ? null : json.string("identity");
            if (json == null || word == null || word.isEmpty()) {
                return null;
            }
            var kind = of(word);
            if (kind == null) {
                faults.add(json.wrong("identity", CHOICES));
            }
            return kind;
        } catch (CniException fault) {
            faults.add(fault);
            return null;
        }
    }
}
