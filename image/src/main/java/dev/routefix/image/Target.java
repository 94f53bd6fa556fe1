package dev.routefix.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an image is built for.
 *
 * @param jdk where its Java comes from: a JDK 25 of that architecture, whose {@code jmods} are linked; empty for the one that runs the build
 */
record Target(Architecture architecture, Optional<Path> jdk) {
    /** Names the JDK 25 for arm64 that a machine of another architecture links from. */
    static final String VARIABLE = "JDK_ARM64_HOME";

    static Target here() {
        return new Target(Architecture.ofThisMachine(), Optional.empty());
    }

    /**
     * Another architecture than this machine's, if there is what it takes.
     *
     * @param home what {@link #VARIABLE} says
     * @throws IllegalArgumentException if that is no JDK with {@code jmods}
     */
    static Optional<Target> other(@Nullable String home) {
        if (home == null || home.isBlank() || Architecture.ARM64.isHere()) {
            return Optional.empty();
        }
        Path jdk = Path.of(home).toAbsolutePath();
        if (!Files.exists(jmods(jdk).resolve("java.base.jmod"))) {
            throw new IllegalArgumentException(VARIABLE + "=" + home
                    + " has no jmods/java.base.jmod: name a JDK 25 for arm64 that brings its jmods");
        }
        return Optional.of(new Target(Architecture.ARM64, Optional.of(jdk)));
    }

    /** What jlink links from, before its own JDK. */
    List<Path> jmods() {
        return jdk.stream().map(Target::jmods).toList();
    }

    private static Path jmods(Path jdk) {
        return jdk.resolve("jmods");
    }
}
