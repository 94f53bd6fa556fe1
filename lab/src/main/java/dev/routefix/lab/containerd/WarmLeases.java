package dev.routefix.lab.containerd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The leases that an appliance holds for pods to come.
 *
 * @param directory where the node keeps them
 * @param wanted how many there should be
 */
public record WarmLeases(Path directory, int wanted) {
    private static final String SETTING = "WARM_LEASES";
    private static final String DIRECTORY = "/var/lib/route-fix/leases/free";

    /** Those of an appliance that is run on that node. */
    public static WarmLeases of(DaemonSet set, NodeRoot root) {
        return new WarmLeases(
                root.path(DIRECTORY), set.value(SETTING).map(Integer::parseInt).orElse(0));
    }

    /** Whether it has as many as it may have. */
    public boolean areThere() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count() >= wanted;
        } catch (IOException none) {
            return wanted == 0;
        }
    }
}
