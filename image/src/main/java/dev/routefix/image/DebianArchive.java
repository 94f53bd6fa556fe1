package dev.routefix.image;

import static java.util.Objects.requireNonNullElse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where apt takes an architecture's packages from: this machine's sources. For another architecture it needs lists and a status of its own, because
 * this machine is not to become one of two architectures by building an image.
 */
record DebianArchive(Workspace workspace, Architecture architecture) {
    /** Names a configuration of apt to be used for arm64 instead, such as that of another release of Debian, which {@code .ci/jdk-arm64} makes. */
    static final String VARIABLE = "APT_ARM64_CONFIG";

    /** The variables that apt is to be started with. */
    Map<String, String> environment() throws IOException {
        return architecture.isHere()
                ? Map.of()
                : Map.of("APT_CONFIG", requireNonNullElse(System.getenv(VARIABLE), own().toString()));
    }

    private Path own() throws IOException {
        Path apt = workspace.directory().resolve("apt");
        Files.createDirectories(apt.resolve("lists/partial"));
        Files.createDirectories(apt.resolve("cache/archives/partial"));
        Path status = apt.resolve("status");
        Files.writeString(status, "");
        return Files.writeString(apt.resolve("apt.conf"), """
                APT::Architecture "%1$s";
                APT::Architectures { "%1$s"; };
                APT::Sandbox::User "root";
                Dir::State::lists "%2$s/lists";
                Dir::State::status "%2$s/status";
                Dir::Cache "%2$s/cache";
                """.formatted(architecture.debian(), apt));
    }
}
