package dev.routefix.manifests;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rendering that is read has only what Kubernetes has. */
final class KubeObjectsTest {

    private static final String ONE = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: x}
            spec: {template: {spec: {hostPID: true, containers: [{name: x, image: x}]}}}
            """;

    @ParameterizedTest
    @CsvSource({
        "hostPID,hostPid,hostPid",
        "image: x,imagePullpolicy: Always,imagePullpolicy",
        "hostPID: true,hostPID: maybe,maybe",
        "name: x,name: {a: b},name",
        "DaemonSet,DaemonSets,no kind that we deploy",
        "apps/v1,v1,no kind that we deploy"
    })
    void anything_else_is_refused_by_name(String right, String wrong, String named) {
        KubeObjects.of(ONE).daemonSet();
        assertThatThrownBy(() -> KubeObjects.of(ONE.replace(right, wrong))).hasMessageContaining(named);
    }
}
