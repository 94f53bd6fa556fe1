package dev.routefix.lab.bench;

import java.util.Arrays;
import java.util.List;

/** What is measured together, in the order of the report. */
enum Measurement {
    VERBS(
            "ADD, CHECK, DEL, and tuning and sbr",
            "add_resident",
            "del_resident",
            "check_resident",
            "add_resident_vs_newest",
            "del_resident_vs_newest",
            "check_resident_vs_newest",
            "add_resident_vs_sbr",
            "del_resident_vs_sbr"),
    NETWORKS(
            "whole networks with a fixed address, and macvlan, static and tuning",
            "pod_add",
            "pod_add_vs_newest",
            "pod_del",
            "pod_del_vs_newest"),
    WARM(
            "pods with a lease held ready, from a server that pings, and macvlan and dhcp",
            "dhcp_add_warm",
            "dhcp_add_warm_vs_newest"),
    AGAIN("a pod that comes again", "dhcp_add_again"),
    COLD("pods that were never there, and a server that pings", "dhcp_add_cold"),
    COLD_NO_PING("pods that were never there, and one that does not", "dhcp_add_cold_no_ping"),
    DHCP_BURST("50 pods at once that want a lease, and macvlan and dhcp", "dhcp_burst_50", "dhcp_burst_50_vs_newest"),
    RESTART(
            "leases of 20 seconds for 2 minutes, their keepers killed every 15 seconds",
            "dhcp_restart_lost",
            "dhcp_restart_double"),
    IMAGE("the image", "image_compressed"),
    STARTS("first starts, at one core and at a tenth of one", "start_to_conflist_1cpu", "start_to_conflist_100m"),
    RELAY("the relay", "relay_size"),
    ENDURANCE(
            "a thousand pods come and go beside 110 with leases, within the manifest's limits",
            "container_memory_peak",
            "container_memory_own",
            "container_oom_kills",
            "container_reclaims",
            "add_resident_100m_busy"),
    IDLE("a minute of nothing but 110 leases", "idle_cpu"),
    LIMITED("ADD within the limits, and tuning", "add_resident_100m"),
    BURST("100 pods at once, and tuning", "burst_100", "burst_100_vs_newest"),
    GROWTH("one more pod on a fuller and fuller node", growth()),
    THROUGHPUT("bulk TCP from a pod, and from one of plain macvlan", "throughput"),
    FALLBACK("ADD with nobody resident, and an empty JVM", "add_fallback", "check_fallback", "del_fallback");

    private final String words;
    /** With spaces between them: an enum's fields are immutable. */
    private final String figures;

    Measurement(String words, String... figures) {
        this.words = words;
        this.figures = String.join(" ", figures);
    }

    private static String[] growth() {
        return Growth.ATTACHMENTS.stream()
                .flatMap(count -> Growth.VERBS.stream().map(verb -> Growth.name(verb, count)))
                .toArray(String[]::new);
    }

    /** What it does, for a reader. */
    String words() {
        return words;
    }

    /** The names of its figures; those beside the newest plugins may be missing. */
    List<String> figures() {
        return List.of(figures.split(" ", -1));
    }

    /** Every figure's name, in order. */
    static List<String> allFigures() {
        return Arrays.stream(values()).flatMap(each -> each.figures().stream()).toList();
    }
}
