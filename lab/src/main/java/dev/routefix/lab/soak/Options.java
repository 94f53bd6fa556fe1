package dev.routefix.lab.soak;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What kind of soak.
 *
 * @param manifest the DaemonSet, whose limits hold
 * @param image the file of its image
 * @param duration how long pods come and go
 * @param parallel how many do so at once
 * @param kills how often the appliance is killed and started anew meanwhile
 * @param cpu the container's limit in thousandths of a core; 0 for the manifest's
 */
public record Options(Path manifest, Path image, Duration duration, int parallel, int kills, long cpu) {

    /** Those that system properties {@code soak.seconds}, {@code soak.parallel}, {@code soak.kills} and {@code soak.cpu} change. */
    public Options changedByProperties() {
        return new Options(
                manifest,
                image,
                Duration.ofSeconds(Long.getLong("soak.seconds", duration.toSeconds())),
                Integer.getInteger("soak.parallel", parallel),
                Integer.getInteger("soak.kills", kills),
                Long.getLong("soak.cpu", cpu));
    }
}
