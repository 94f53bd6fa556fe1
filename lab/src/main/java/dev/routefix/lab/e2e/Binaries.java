package dev.routefix.lab.e2e;

import java.nio.file.Path;
import java.util.List;

/** Kubernetes' programs as they were built, each by its name. */
record Binaries(Path directory) {
    /** What a cluster runs. */
    static final List<String> CLUSTER =
            List.of("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl");

    static final String KUBECTL = "kubectl";
    static final String SPECS = "e2e.test";
    static final String GINKGO = "ginkgo";
    static final String AGNHOST = "agnhost";
    static final String RESETS = "regression-issue-74839";

    /** What agnhost shows whom it calls by TLS. */
    static final List<String> CERTIFICATE = List.of("localhost.crt", "localhost.key");

    Path path(String program) {
        return directory.resolve(program);
    }
}
