package dev.routefix.installer.host;

import dev.routefix.installer.plan.Finding;
import java.util.List;
import java.util.Set;

/**
 * What an installation came to.
 *
 * @param repairs what was put right, in the words of the log
 * @param findings what is not ours to put right
 */
public record Repaired(Set<String> repairs, List<Finding> findings) {

    /** What the user should know although it is no obstacle, one line each. */
    public List<String> warnings() {
        return Finding.texts(findings, false);
    }

    /** Why a pod added now would not be served as it should be, one line each. */
    public List<String> refused() {
        return Finding.texts(findings, true);
    }
}
