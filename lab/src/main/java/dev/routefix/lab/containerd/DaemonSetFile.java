package dev.routefix.lab.containerd;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A DaemonSet as it is written (Kubernetes API, apps/v1), as far as it is understood here. A field that is missing from these records is
 * not understood, and a file that has it is refused: what the lab runs would not be what a cluster runs. Fields given as
 * {@link JsonNode} concern who places pods, or a node with SELinux, which the lab's are not.
 */
record DaemonSetFile(String apiVersion, String kind, Metadata metadata, Spec spec) {
    record Metadata(
            @Nullable String name,
            @Nullable String namespace,
            @Nullable JsonNode labels,
            @Nullable JsonNode annotations) {}

    record Spec(
            @Nullable JsonNode selector,
            @Nullable JsonNode updateStrategy,
            @Nullable JsonNode minReadySeconds,
            @Nullable JsonNode revisionHistoryLimit,
            Template template) {}

    record Template(Metadata metadata, PodSpec spec) {}

    record PodSpec(
            boolean hostNetwork,
            @JsonProperty("hostPID") boolean hostPid,
            @Nullable String dnsPolicy,
            @Nullable String restartPolicy,
            @Nullable Boolean automountServiceAccountToken,
            @Nullable Boolean enableServiceLinks,
            @Nullable JsonNode tolerations,
            @Nullable JsonNode nodeSelector,
            @Nullable JsonNode affinity,
            @Nullable String priorityClassName,
            @Nullable Integer terminationGracePeriodSeconds,
            List<Container> containers,
            @Nullable List<Volume> volumes) {}

    record Container(
            String name,
            String image,
            @Nullable String imagePullPolicy,
            @Nullable List<String> command,
            @Nullable List<String> args,
            @Nullable List<EnvVar> env,
            @Nullable Resources resources,
            @Nullable SecurityContext securityContext,
            @Nullable List<VolumeMount> volumeMounts,
            @Nullable Lifecycle lifecycle,
            @Nullable ProbeSpec startupProbe,
            @Nullable ProbeSpec readinessProbe,
            @Nullable ProbeSpec livenessProbe,
            @Nullable String terminationMessagePolicy) {}

    record EnvVar(
            String name, @Nullable String value, @Nullable ValueFrom valueFrom) {}

    record ValueFrom(FieldRef fieldRef) {}

    record FieldRef(@Nullable String apiVersion, String fieldPath) {}

    record Resources(
            @Nullable Map<String, String> limits, @Nullable Map<String, String> requests) {}

    record SecurityContext(
            boolean privileged,
            boolean readOnlyRootFilesystem,
            @Nullable Boolean allowPrivilegeEscalation,
            @Nullable Capabilities capabilities,
            @Nullable SeccompProfile seccompProfile,
            @Nullable JsonNode seLinuxOptions,
            @Nullable Long runAsUser,
            @Nullable Long runAsGroup) {}

    record Capabilities(
            @Nullable List<String> add, @Nullable List<String> drop) {}

    record SeccompProfile(String type) {}

    record VolumeMount(
            String name,
            String mountPath,
            boolean readOnly,
            @Nullable Propagation mountPropagation) {}

    enum Propagation {
        None,
        HostToContainer,
        Bidirectional
    }

    record Lifecycle(Handler preStop) {}

    record Handler(Exec exec) {}

    record Exec(List<String> command) {}

    record ProbeSpec(
            Exec exec,
            @Nullable Integer initialDelaySeconds,
            @Nullable Integer periodSeconds,
            @Nullable Integer timeoutSeconds,
            @Nullable Integer failureThreshold) {}

    record Volume(
            String name,
            @Nullable HostPath hostPath,
            @Nullable EmptyDir emptyDir) {}

    record HostPath(String path, @Nullable HostPathType type) {}

    record EmptyDir(@Nullable String medium, @Nullable String sizeLimit) {}

    enum HostPathType {
        @JsonProperty("")
        Any,
        Directory,
        DirectoryOrCreate,
        File,
        FileOrCreate,
        Socket
    }
}
