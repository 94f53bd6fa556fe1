package dev.routefix.installer.layout;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Option;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.Log;
import dev.routefix.sandbox.Sandboxes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the container runtime of this node looks for plugins and networks, as it was found out.
 *
 * @param root below which all of it is from here; {@code /} for what is mounted in here
 * @param binDir on the host
 * @param confDir on the host
 * @param because in words: what was gone by
 * @param others what else might have been meant, one in words each; empty where there is no doubt
 * @param files that were read, by their paths on the host
 */
public record Layout(
        Path root, String binDir, String confDir, String because, List<String> others, List<String> files) {
    public Layout {
        others = List.copyOf(others);
        files = List.copyOf(files);
    }

    Layout besides(List<String> alternatives) {
        return new Layout(root, binDir, confDir, because, alternatives, files);
    }

    /** The configuration with what was left to us; what was given stays. */
    public Configuration settle(Configuration asked, Map<String, String> environment) {
        return asked.withDirectories(
                Option.CNI_BIN_DIR.isLeftToUs(environment) ? Path.of(binDir) : asked.binDir(),
                Option.CNI_CONF_DIR.isLeftToUs(environment) ? Path.of(confDir) : asked.confDir());
    }

    /** The paths with the way to the directories, below their root and through all links. */
    public Paths reached(Paths paths, Configuration settled) {
        var reached = new HashMap<Path, Path>();
        for (var onHost : List.of(settled.binDir(), settled.confDir())) {
            var here = Sandboxes.below(root, onHost);
            reached.put(onHost, here == null ? onHost : here);
        }
        return paths.reaching(reached);
    }

    /** Says what was found, and what else might have been meant. */
    public void tell(Configuration settled, Log log) {
        log.info("CNI_BIN_DIR is " + settled.binDir() + " and CNI_CONF_DIR is " + settled.confDir() + ", as found out: "
                + because);
        for (var other : others) {
            log.warn("it might also have been " + other + ": set CNI_BIN_DIR and CNI_CONF_DIR if it is");
        }
    }

    /** Whether it says the same of the two directories. */
    boolean leadsWhere(Layout other) {
        return binDir.equals(other.binDir) && confDir.equals(other.confDir);
    }
}
