package dev.routefix.lab.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.lab.containerd.DaemonSet.Env;
import dev.routefix.lab.containerd.DaemonSet.Kind;
import dev.routefix.lab.containerd.DaemonSet.Mount;
import dev.routefix.lab.containerd.Probes.Probe;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DaemonSetTest {
    private static final String MANIFEST = """
            # comments are the reader's
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent, namespace: kube-system, labels: {app: agent}}
            spec:
              selector: {matchLabels: {app: agent}}
              updateStrategy: {type: RollingUpdate}
              template:
                metadata: {labels: {app: agent}}
                spec:
                  hostNetwork: true
                  hostPID: true
                  priorityClassName: system-node-critical
                  terminationGracePeriodSeconds: 7
                  tolerations: [{operator: Exists}]
                  containers:
                  - name: agent
                    image: some/agent:1
                    command: [/agent]
                    args: [run, "--loud"]
                    env:
                    - {name: COLOUR, value: "blue"}
                    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                    resources: {limits: {memory: 50Mi, cpu: 100m}, requests: {cpu: 10m}}
                    securityContext: {privileged: true, readOnlyRootFilesystem: true}
                    startupProbe: {exec: {command: [/agent, ready]}, initialDelaySeconds: 1, periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 4}
                    livenessProbe: {exec: {command: [/agent, live]}}
                    lifecycle: {preStop: {exec: {command: [/agent, uninstall]}}}
                    volumeMounts:
                    - {name: bin, mountPath: /opt/cni/bin}
                    - {name: netns, mountPath: /run/netns, readOnly: true, mountPropagation: HostToContainer}
                  volumes:
                  - {name: bin, hostPath: {path: /opt/cni/bin, type: DirectoryOrCreate}}
                  - {name: netns, hostPath: {path: /run/netns}}
            """;

    /** What a container has where its manifest says nothing about it. */
    private static final Set<String> USUAL = Privileges.of(null).capabilities();

    @Test
    void reads_everything_a_node_needs_to_know() throws IOException {
        DaemonSet set = DaemonSet.parse(MANIFEST);

        assertThat(set)
                .isEqualTo(new DaemonSet(
                        "agent",
                        "some/agent:1",
                        List.of("/agent"),
                        List.of("run", "--loud"),
                        List.of(new Env.Value("COLOUR", "blue"), new Env.Field("NODE", "spec.nodeName")),
                        List.of(
                                new Mount("/opt/cni/bin", Kind.DIRECTORY_OR_CREATE, "/opt/cni/bin", false, false),
                                new Mount("/run/netns", Kind.ANY, "/run/netns", true, true)),
                        true,
                        true,
                        new Privileges(true, USUAL, false, true),
                        true,
                        OptionalLong.of(50 << 20),
                        OptionalLong.of(100),
                        new Probes(
                                new Probe(
                                        List.of("/agent", "ready"),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(3),
                                        4),
                                null,
                                new Probe(
                                        List.of("/agent", "live"),
                                        Duration.ZERO,
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(1),
                                        3)),
                        List.of("/agent", "uninstall"),
                        Duration.ofSeconds(7)));
    }

    @Test
    void refuses_a_field_it_does_not_understand_and_says_where_it_is() {
        assertThatThrownBy(() -> DaemonSet.parse(MANIFEST.replace("privileged: true", "procMount: Default")))
                .hasMessageContaining("spec.template.spec.containers[0].securityContext.procMount is not understood");
        assertThatThrownBy(() -> DaemonSet.parse(MANIFEST.replace("hostPID: true", "hostIPC: true")))
                .hasMessageContaining("spec.template.spec.hostIPC");
    }

    @Test
    void gives_a_container_what_is_added_after_everything_was_dropped() throws IOException {
        String least = "{allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault},"
                + " capabilities: {drop: [ALL], add: [NET_ADMIN]}}";

        Privileges privileges = privileges(least);

        assertThat(privileges).isEqualTo(new Privileges(false, Set.of("NET_ADMIN"), true, false));
        assertThat(privileges.flags())
                .startsWith("--cap-add", "CAP_NET_ADMIN", "--cap-drop")
                .contains("CAP_DAC_OVERRIDE")
                .endsWith("--seccomp");
        assertThat(privileges("{capabilities: {drop: [KILL]}}").capabilities())
                .isSubsetOf(USUAL)
                .hasSize(USUAL.size() - 1);
    }

    @Test
    void refuses_privileges_it_cannot_give() {
        assertThatThrownBy(() -> privileges("{capabilities: {add: [ALL]}}")).hasMessageContaining("ALL");
        assertThatThrownBy(() -> privileges("{seccompProfile: {type: Localhost}}"))
                .hasMessageContaining("Localhost");
    }

    private static Privileges privileges(String securityContext) throws IOException {
        return DaemonSet.parse(MANIFEST.replace("{privileged: true, readOnlyRootFilesystem: true}", securityContext))
                .privileges();
    }

    @Test
    void refuses_a_probe_that_is_no_command() {
        assertThatThrownBy(() -> DaemonSet.parse(
                        MANIFEST.replace("{exec: {command: [/agent, live]}}", "{httpGet: {path: /live, port: 1}}")))
                .hasMessageContaining("containers[0].livenessProbe.httpGet is not understood");
    }

    @Test
    void refuses_a_volume_that_is_not_of_the_node() {
        assertThatThrownBy(() -> DaemonSet.parse(MANIFEST.replace("hostPath: {path: /run/netns}", "emptyDir: {}")))
                .hasMessageContaining("volume 'netns' is not a hostPath");
        assertThatThrownBy(() -> DaemonSet.parse(MANIFEST.replace("{name: netns, hostPath", "{name: other, hostPath")))
                .hasMessageContaining("'netns' has no volume");
    }

    @Test
    void refuses_what_is_not_one_daemon_set_of_one_container() {
        assertThatThrownBy(() -> DaemonSet.parse(MANIFEST.replace("kind: DaemonSet", "kind: Deployment")))
                .hasMessageContaining("kind is 'Deployment'");
        assertThatThrownBy(() -> DaemonSet.parse(MANIFEST + "---\n" + MANIFEST))
                .hasMessageContaining("second document");
    }

    @Test
    void refuses_a_limit_that_is_no_quantity() {
        assertThatThrownBy(() -> DaemonSet.parse(MANIFEST.replace("50Mi", "fifty")))
                .hasMessageContaining("'fifty'");
    }
}
