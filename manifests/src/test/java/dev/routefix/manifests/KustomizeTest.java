package dev.routefix.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.NetworkMode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.openshift.api.model.SecurityContextConstraints;
import io.fabric8.openshift.api.model.miscellaneous.cncf.cni.v1.NetworkAttachmentDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every overlay and component renders, to objects that Kubernetes has and the appliance understands. */
final class KustomizeTest {

    private static final KubeObjects BASE = Kustomize.build("base");

    @TempDir
    Path own;

    static Stream<String> overlays() {
        try (var directories = Files.list(Kustomize.MANIFESTS.resolve("overlays"))) {
            return directories.map(each -> "overlays/" + each.getFileName()).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Container container(DaemonSet set) {
        return set.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    /** The values that stand in the manifest, as the container has them. */
    static Map<String, String> environment(DaemonSet set) {
        var environment = new HashMap<String, String>();
        for (EnvVar variable : container(set).getEnv()) {
            if (variable.getValue() != null) {
                environment.put(variable.getName(), variable.getValue());
            }
        }
        return environment;
    }

    private KubeObjects with(String... components) {
        return Kustomize.build(own, List.of("."), List.of(components), "");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_overlay_asks_the_appliance_for_something_that_it_understands(String overlay) throws Exception {
        var set = Kustomize.build(overlay).daemonSet();

        Configuration.parse(environment(set), "n");
        assertThat(set.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(set.getSpec().getSelector().getMatchLabels());
        assertThat(set.getSpec().getTemplate().getSpec().getVolumes())
                .extracting(Volume::getName)
                .containsExactlyInAnyOrderElementsOf(container(set).getVolumeMounts().stream()
                        .map(VolumeMount::getName)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void an_overlay_that_says_it_needs_nothing_is_the_base(String overlay) throws IOException {
        boolean needsNothing = Files.readString(
                        Kustomize.MANIFESTS.resolve(overlay).resolve("kustomization.yaml"))
                .replace("\n# ", " ")
                .contains("The manifest needs nothing of its own here");

        assertThat(Kustomize.build(overlay).equals(BASE)).isEqualTo(needsNothing);
    }

    @Test
    void everything_has_the_labels_that_Kubernetes_recommends() {
        for (var object : Stream.concat(BASE.all().stream(), Kustomize.build("overlays/openshift").all().stream())
                .toList()) {
            assertThat(object.getMetadata().getLabels())
                    .as(object.getKind())
                    .containsEntry("app.kubernetes.io/name", "route-fix")
                    .containsEntry("app.kubernetes.io/part-of", "route-fix");
        }
        var labels = BASE.daemonSet().getMetadata().getLabels();
        assertThat(labels).containsEntry("app.kubernetes.io/component", "cni");
        assertThat(container(BASE.daemonSet()).getImage()).endsWith(":" + labels.get("app.kubernetes.io/version"));
    }

    @Test
    void on_OpenShift_it_is_allowed_what_it_asks_for_and_no_more() {
        var rendered = Kustomize.build("overlays/openshift");
        var pod = rendered.daemonSet().getSpec().getTemplate().getSpec();
        var asked = container(rendered.daemonSet()).getSecurityContext();
        var allowed = rendered.the(SecurityContextConstraints.class);

        assertThat(allowed.getAllowedCapabilities())
                .containsExactlyInAnyOrderElementsOf(asked.getCapabilities().getAdd());
        assertThat(allowed.getRequiredDropCapabilities())
                .isEqualTo(asked.getCapabilities().getDrop());
        assertThat(allowed.getAllowHostNetwork()).isEqualTo(pod.getHostNetwork());
        assertThat(allowed.getAllowHostPID()).isEqualTo(pod.getHostPID());
        assertThat(allowed.getAllowPrivilegedContainer()).isEqualTo(asked.getPrivileged());
        assertThat(allowed.getAllowPrivilegeEscalation()).isEqualTo(asked.getAllowPrivilegeEscalation());
        assertThat(allowed.getReadOnlyRootFilesystem()).isEqualTo(asked.getReadOnlyRootFilesystem());
        assertThat(pod.getVolumes()).allMatch(volume -> volume.getHostPath() != null);
        assertThat(allowed.getVolumes()).containsExactly("hostPath");
        var namespace = rendered.the(Namespace.class).getMetadata().getName();
        assertThat(rendered.every(HasMetadata.class)
                        .map(each -> each.getMetadata().getNamespace())
                        .filter(each -> each != null))
                .containsOnly(namespace);
        assertThat(allowed.getUsers())
                .containsExactly("system:serviceaccount:" + namespace + ":" + pod.getServiceAccountName());
        assertThat(rendered.the(ServiceAccount.class).getMetadata().getName()).isEqualTo(pod.getServiceAccountName());
    }

    @Test
    void the_components_for_some_pods_set_the_mode_and_bring_its_RuntimeClass() throws Exception {
        var rendered = with("runtime-class");

        assertThat(Configuration.parse(environment(rendered.daemonSet()), "n").mode())
                .isEqualTo(NetworkMode.RUNTIME_CLASS);
        assertThat(rendered.the(RuntimeClass.class).getHandler()).isEqualTo("lan");
    }

    @Test
    void with_Multus_no_network_is_written_and_the_example_is_one_of_ours() throws Exception {
        assertThat(Configuration.parse(environment(with("multus").daemonSet()), "n")
                        .conflist())
                .isFalse();
        var example = Files.readString(Kustomize.MANIFESTS.resolve("multus/network.yaml"));
        assertThat(KubeObjects.of(example)
                        .the(NetworkAttachmentDefinition.class)
                        .getSpec()
                        .getConfig())
                .contains("\"type\": \"route-fix\"");
        assertThat(Files.readString(Path.of("../docs/multus.md"))).contains("```yaml\n" + example + "```");
    }

    @ParameterizedTest
    @ValueSource(strings = {"privileged", "privileged,runtime-class", "privileged,multus"})
    void privileged_goes_with_the_others_and_limits_nothing(String components) {
        var security = container(with(components.split(",", -1)).daemonSet()).getSecurityContext();

        assertThat(security.getPrivileged()).isTrue();
        assertThat(security.getCapabilities()).isNull();
    }

    @Test
    void the_image_is_named_by_Kustomizes_images() {
        var rendered = Kustomize.build(
                own,
                List.of("overlays/k3s"),
                List.of(),
                "images: [{name: route-fix/route-fix, newName: registry.lan:5000/route-fix, newTag: 0.2.0}]");

        assertThat(container(rendered.daemonSet()).getImage()).isEqualTo("registry.lan:5000/route-fix:0.2.0");
    }
}
