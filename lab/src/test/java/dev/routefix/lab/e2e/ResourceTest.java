package dev.routefix.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which specs the files choose; names are Kubernetes' own. */
class ResourceTest {
    private static final Pattern FOCUS = Pattern.compile(Resource.alternatives("focus"));
    private static final Pattern SKIP = Pattern.compile(Resource.alternatives("skip"));

    @Test
    void specs_of_Services_pods_and_ports_of_nodes_are_run() {
        assertThat(new String[] {
                    "[sig-network] Services should serve a basic endpoint from pods  [Conformance]",
                    "[sig-network] Networking Granular Checks: Pods should function for intra-pod communication: http",
                    "[sig-network] ESIPP [Slow] should work from pods",
                    "[sig-scheduling] SchedulerPredicates [Serial] validates that there is no conflict between pods"
                            + " with same hostPort",
                    "[k8s.io] Probing container should be restarted with a /healthz http liveness probe"
                })
                .allMatch(name -> FOCUS.matcher(name).find())
                .noneMatch(name -> SKIP.matcher(name).find());
    }

    @Test
    void specs_that_break_nodes_or_need_the_internet_or_are_of_other_things_are_not() {
        assertThat(FOCUS.matcher("[sig-storage] Volumes ConfigMap should be mountable")
                        .find())
                .isFalse();
        assertThat(SKIP.matcher("[sig-network] Services should work after restarting kube-proxy [Disruptive]")
                        .find())
                .isTrue();
        assertThat(SKIP.matcher("[sig-network] Networking should provide Internet connection for containers")
                        .find())
                .isTrue();
    }
}
