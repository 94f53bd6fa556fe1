package dev.routefix.manifests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The real Kustomize, in the kubectl that {@code .ci/find-kubectl} finds or fetches. */
final class Kustomize {

    /** Maven runs tests in the module's folder. */
    static final Path MANIFESTS = Path.of("").toAbsolutePath();

    private static final Path KUBECTL =
            Path.of(run(List.of("../.ci/find-kubectl")).strip());

    private Kustomize() {}

    /** What a directory of manifests renders to. */
    static KubeObjects build(String directory) {
        return build(MANIFESTS.resolve(directory));
    }

    /** What a kustomization renders to that a user has of their own, in a directory made for it. */
    static KubeObjects build(Path own, List<String> resources, List<String> components, String rest) {
        var text = """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [%s]
                components: [%s]
                %s""".formatted(relative(own, resources), relative(own, components), rest);
        try {
            Files.writeString(own.resolve("kustomization.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build(own);
    }

    private static String relative(Path own, List<String> directories) {
        return directories.stream()
                .map(each -> own.relativize(MANIFESTS.resolve(each)).toString())
                .collect(Collectors.joining(", "));
    }

    private static KubeObjects build(Path directory) {
        return KubeObjects.of(run(List.of(KUBECTL.toString(), "kustomize", directory.toString())));
    }

    private static String run(List<String> command) {
        try {
            var process = new ProcessBuilder(command).start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            var errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + errors);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
