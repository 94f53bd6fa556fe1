package dev.routefix.installer.metrics;

import java.util.List;

/** Every metric, the one place where its name, its kind, its labels and its meaning stand. */
enum Metric {
    BUILD("route_fix_build_info", Kind.INFO, "which build answers", "build"),
    READY("route_fix_ready", Kind.GAUGE, "1 if a pod that is added now gets a network that works, else 0"),
    PODS("route_fix_pods_attached", Kind.GAUGE, "attachments of pods on this node"),
    CALLS(
            "route_fix_cni_calls_total",
            Kind.COUNTER,
            "calls of the container runtime that the resident answered",
            "verb",
            "result"),
    DURATION(
            "route_fix_cni_call_duration_seconds",
            Kind.HISTOGRAM,
            "from such a call's arrival to its answer, a DHCP server's time included",
            "verb"),
    LEASES("route_fix_leases", Kind.GAUGE, "DHCP leases that are kept", "state"),
    WARM_WANTED("route_fix_warm_leases_wanted", Kind.GAUGE, "how many are to be held ready, as WARM_LEASES says"),
    NEXT_RENEWAL(
            "route_fix_lease_next_renewal_seconds",
            Kind.GAUGE,
            "until the first of the pods' leases is to be renewed; 0 while one is being renewed"),
    NEXT_END(
            "route_fix_lease_next_end_seconds",
            Kind.GAUGE,
            "until the first of the pods' leases ends if nobody renews it"),
    REPAIRS("route_fix_repairs_total", Kind.COUNTER, "what was put right after the first installation", "kind"),
    FINDINGS("route_fix_doctor_findings", Kind.GAUGE, "what doctor has found, 1 for each", "subject", "cause"),
    CHECKED(
            "route_fix_doctor_last_run_timestamp_seconds",
            Kind.GAUGE,
            "when doctor looked last, in seconds since 1970");

    /** What Prometheus calls it. */
    enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM,
        INFO
    }

    final String title;
    final Kind kind;
    final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    final List<String> labels;

    Metric(String title, Kind kind, String meaning, String... labels) {
        this.title = title;
        this.kind = kind;
        this.meaning = meaning;
        this.labels = List.of(labels);
    }

    String[] labelNames() {
        return labels.toArray(String[]::new);
    }
}
