package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The image built a second time, from the same jars and packages, in another directory. */
final class ReproducibleIT {

    @Test
    void two_builds_differ_in_the_aot_layer_at_most() throws IOException {
        Path directory = Workspace.fresh(BuiltImage.WORKSPACE.directory().resolve("it/again"));
        ProgramRun.of("cp", "-R", BuiltImage.WORKSPACE.debs(), directory.resolve("debs"))
                .succeed();
        List<String> arguments = Files.readAllLines(BuiltImage.WORKSPACE.pushArguments()).stream()
                .map(line -> line.replace("\"", ""))
                .toList();
        List<String> java = arguments.subList(0, arguments.indexOf("push"));
        String version = Files.readString(BuiltImage.WORKSPACE.runtime().resolve("build"))
                .replaceFirst("-[^-]*$", "");
        ProgramRun.of(
                        System.getProperty("java.home") + "/bin/java",
                        java,
                        "build",
                        directory,
                        version,
                        "../installer/target/bom.json")
                .succeed();
        for (Layer layer : Layer.values()) {
            if (layer != Layer.AOT) {
                Path again = Workspace.at(directory).layers().resolve(layer.fileName());
                assertThat(again)
                        .as("layer %s", layer)
                        .hasSameBinaryContentAs(BuiltImage.WORKSPACE.layers().resolve(layer.fileName()));
            }
        }
        assertThat(Workspace.at(directory).runtime().resolve("build"))
                .hasSameBinaryContentAs(BuiltImage.WORKSPACE.runtime().resolve("build"));
    }
}
