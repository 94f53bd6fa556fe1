package dev.routefix.lab.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.lab.console.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/** route-fix on the cluster, by the steps of the README. */
final class Appliance {
    private static final Path MANIFEST = Path.of("manifests/route-fix.yaml");
    private static final Path SOME_PODS = Path.of("manifests/runtime-class");
    private static final String UNNAMED = "image: route-fix/route-fix:0.1.0";
    private static final Duration PUSH = Duration.ofMinutes(3);
    private static final Duration READY = Duration.ofMinutes(10);

    private final Cluster cluster;
    private final String image;

    private Appliance(Cluster cluster, String image) {
        this.cluster = cluster;
        this.image = image;
    }

    /** Pushes the image, applies the manifest and waits until it is ready on every node, and so is the node. */
    static Appliance install(Cluster cluster, Progress progress) {
        String image = cluster.registry().image("route-fix:0.1.0");
        progress.step(
                "make push IMAGE=" + image,
                () -> cluster.registry()
                        .command(List.of("make", "--no-print-directory", "push", "IMAGE=" + image))
                        .within(PUSH)
                        .run());
        Appliance appliance = new Appliance(cluster, image);
        progress.step("kubectl apply -f " + MANIFEST, appliance::apply);
        progress.step("it is rolled out, and the nodes are ready", appliance::awaitReady);
        return appliance;
    }

    void apply() {
        cluster.apply(manifest());
    }

    private String manifest() {
        return read(MANIFEST).replace(UNNAMED, "image: " + image);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As manifests/runtime-class has it. This kubectl's kustomize is older than components, so it is told what is in there. */
    void applyForSomePods() {
        cluster.apply(cluster.kubectl(
                        "patch",
                        "--local",
                        "--filename=-",
                        "--type=strategic",
                        "--patch=" + read(SOME_PODS.resolve("daemonset.yaml")),
                        "--output=yaml")
                .stdin(manifest())
                .run()
                .stdout());
        cluster.apply(read(SOME_PODS.resolve("runtimeclass.yaml")));
    }

    /** Replaces its pods one after the other, as another image would. */
    void restart() {
        cluster.kubectl("-n", "kube-system", "rollout", "restart", "daemonset/route-fix")
                .run();
    }

    /** Sets a variable of it, and waits until every node has taken it. */
    void set(String variable, String value) {
        cluster.kubectl("-n", "kube-system", "set", "env", "daemonset/route-fix", variable + "=" + value)
                .run();
        awaitRollout();
    }

    /** Deletes it, and waits until its pods are gone. */
    void delete() {
        cluster.kubectl("-n", "kube-system", "delete", "daemonset", "route-fix").run();
        cluster.await(
                "the DaemonSet's pods are gone",
                READY,
                () -> StreamSupport.stream(cluster.pods("kube-system").spliterator(), false)
                        .noneMatch(pod ->
                                pod.path("metadata").path("name").asText().startsWith("route-fix-")));
    }

    void awaitReady() {
        try {
            awaitRollout();
            cluster.await(
                    "both nodes are ready",
                    READY,
                    () -> StreamSupport.stream(
                                    cluster.plane()
                                            .api()
                                            .get("/api/v1/nodes")
                                            .path("items")
                                            .spliterator(),
                                    false)
                            .allMatch(Cluster::ready));
        } catch (RuntimeException e) {
            throw new IllegalStateException(e.getMessage() + "\n" + logs(), e);
        }
    }

    void awaitRollout() {
        cluster.kubectl(
                        "-n",
                        "kube-system",
                        "rollout",
                        "status",
                        "daemonset/route-fix",
                        "--timeout=" + READY.toSeconds() + "s")
                .within(READY.plusSeconds(10))
                .run();
    }

    /** What its pods said last, and what the kubelets say of them. */
    String logs() {
        StringBuilder text = new StringBuilder();
        for (JsonNode pod : cluster.pods("kube-system")) {
            String name = pod.path("metadata").path("name").asText();
            text.append(cluster.kubectl("-n", "kube-system", "describe", "pod", name)
                    .attempt()
                    .stdout());
            text.append(cluster.kubectl("-n", "kube-system", "logs", name, "--tail=40")
                    .attempt()
                    .stdout());
        }
        return text.toString();
    }
}
