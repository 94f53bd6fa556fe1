package dev.routefix.manifests;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The chart, rendered by the real Helm, as a release {@code lan} of the namespace {@code kube-system}. */
record Chart(Path temporary) {

    private static final Helm HELM = new Helm(Kustomize.MANIFESTS.resolve("chart"));

    /** @param values YAML or JSON */
    KubeObjects render(String values) {
        return KubeObjects.of(HELM.template()
                .withName("lan")
                .withNamespace("kube-system")
                .withValuesFile(file(values))
                .call());
    }

    /** What somebody reads who has installed it. */
    String notes(String namespace, String values) {
        return HELM.install()
                .withName("lan")
                .withNamespace(namespace)
                .clientOnly()
                .withDryRunOption(DryRun.CLIENT)
                .withValuesFile(file(values))
                .call()
                .getOutput();
    }

    static LintResult lint() {
        return HELM.lint().strict().call();
    }

    private Path file(String values) {
        try {
            return Files.writeString(temporary.resolve("values.yaml"), values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
