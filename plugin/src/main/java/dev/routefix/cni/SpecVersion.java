package dev.routefix.cni;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The versions of the CNI specification this plugin speaks. Chaining exists from 0.3.0 on, so there are none before. */
public enum SpecVersion {
    V0_3_0("0.3.0"),
    V0_3_1("0.3.1"),
    V0_4_0("0.4.0"),
    V1_0_0("1.0.0"),
    V1_1_0("1.1.0");

    public final String text;

    SpecVersion(String text) {
        this.text = text;
    }

    /** Whether an entry of a result's {@code ips} has a key {@code version}: until 0.4.0. */
    public boolean namesFamily() {
        return compareTo(V1_0_0) < 0;
    }

    /** Whether an entry of a result's {@code interfaces} has a key {@code mtu}: from 1.1.0 on. */
    boolean namesMtu() {
        return compareTo(V1_1_0) >= 0;
    }

    /** All of them as a VERSION answer lists them. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(version -> version.text).toList();
    }

    /**
     * The version a configuration asks for, which must equal one of ours.
     *
     * @param text null means 0.1.0, as the specification has it
     * @throws CniException code 1
     */
    static SpecVersion parse(@Nullable String text) {
        for (var version : values()) {
            if (version.text.equals(text)) {
                return version;
            }
        }
        throw new CniException(
                ErrorCode.INCOMPATIBLE_VERSION,
                "cniVersion \"" + (text == null ? "0.1.0" : text) + "\" is not supported",
                "config is \"" + (text == null ? "0.1.0" : text) + "\", plugin supports " + texts());
    }
}
