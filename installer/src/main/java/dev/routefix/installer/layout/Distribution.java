package dev.routefix.installer.layout;

import java.util.List;

/**
 * How the distributions lay a node out, the one place where that stands. Those that share a file are told apart by their sign, the first whose sign is
 * there. What the runtime's own configuration says goes before the directories here; they hold where there is none, and they are the lasting names of
 * what it says: a path there may go through {@code current} where the configuration has a version.
 */
public enum Distribution {
    K3S(
            "k3s from October 2024 on, also its image and k3d from March 2025 on",
            "/var/lib/rancher/k3s/data/cni",
            List.of("/var/lib/rancher/k3s/agent/etc/containerd/config.toml"),
            "/var/lib/rancher/k3s/agent/etc/cni/net.d",
            "/var/lib/rancher/k3s/data/cni"),
    K3S_OLD(
            "k3s before",
            "/var/lib/rancher/k3s/data/current/bin",
            List.of("/var/lib/rancher/k3s/agent/etc/containerd/config.toml"),
            "/var/lib/rancher/k3s/agent/etc/cni/net.d",
            "/var/lib/rancher/k3s/data/current/bin"),
    K3D_OLD(
            "the image of k3s and k3d before",
            "/bin/k3s",
            List.of("/var/lib/rancher/k3s/agent/etc/containerd/config.toml"),
            "/var/lib/rancher/k3s/agent/etc/cni/net.d",
            "/bin"),
    RKE2(
            "RKE2",
            "/var/lib/rancher/rke2",
            List.of("/var/lib/rancher/rke2/agent/etc/containerd/config.toml"),
            "/etc/cni/net.d",
            "/opt/cni/bin"),
    MICROK8S(
            "MicroK8s",
            "/var/snap/microk8s/current",
            List.of("/var/snap/microk8s/current/args/containerd.toml"),
            "/var/snap/microk8s/current/args/cni-network",
            "/var/snap/microk8s/current/opt/cni/bin"),
    K0S("k0s", "/var/lib/k0s", List.of("/etc/k0s/containerd.toml"), "/etc/cni/net.d", "/opt/cni/bin"),
    TALOS("Talos", "/etc/cri/containerd.toml", List.of("/etc/cri/containerd.toml"), "/etc/cni/net.d", "/opt/cni/bin"),
    GKE(
            "GKE",
            "/home/kubernetes/bin",
            List.of("/etc/containerd/config.toml"),
            "/etc/cni/net.d",
            "/home/kubernetes/bin"),
    OPENSHIFT(
            "OpenShift",
            "/etc/machine-config-daemon",
            List.of("/etc/crio/crio.conf", "/etc/crio/crio.conf.d"),
            "/etc/kubernetes/cni/net.d",
            "/var/lib/cni/bin"),
    KIND("kind", "/kind", List.of("/etc/containerd/config.toml"), "/etc/cni/net.d", "/opt/cni/bin"),
    MINIKUBE(
            "minikube",
            "/var/lib/minikube",
            List.of("/etc/containerd/config.toml", "/etc/crio/crio.conf", "/etc/crio/crio.conf.d"),
            "/etc/cni/net.d",
            "/opt/cni/bin"),
    CRI_O(
            "kubeadm and others, with CRI-O",
            "/etc/crio",
            List.of("/etc/crio/crio.conf", "/etc/crio/crio.conf.d"),
            "/etc/cni/net.d",
            "/opt/cni/bin"),
    CONTAINERD(
            "kubeadm and others, with containerd",
            "/etc/containerd/config.toml",
            List.of("/etc/containerd/config.toml"),
            "/etc/cni/net.d",
            "/opt/cni/bin"),
    DEFAULTS("any other", "/opt/cni/bin", List.of(), "/etc/cni/net.d", "/opt/cni/bin");

    /** As people call it. */
    public final String called;

    /** A path by which it is known. */
    public final String sign;

    /** The runtime's files, or directories of files, each over the one before. */
    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    public final List<String> configuration;

    /** What to set {@code CNI_CONF_DIR} to. */
    public final String confDir;

    /** What to set {@code CNI_BIN_DIR} to. */
    public final String binDir;

    Distribution(String called, String sign, List<String> configuration, String confDir, String binDir) {
        this.called = called;
        this.sign = sign;
        this.configuration = configuration;
        this.confDir = confDir;
        this.binDir = binDir;
    }

    /** Whether CRI-O may be its runtime by that file, and not containerd. */
    static boolean isOfCrio(String file) {
        return file.startsWith("/etc/crio");
    }
}
