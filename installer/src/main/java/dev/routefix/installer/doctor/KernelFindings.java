package dev.routefix.installer.doctor;

import dev.routefix.installer.plan.Finding;
import dev.routefix.netlink.Sysctls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of the kernel pods' packets need and it has not, or has too little of. */
final class KernelFindings {

    private static final String KERNEL = "kernel";
    private static final String MOST = "net/netfilter/nf_conntrack_max";

    private KernelFindings() {}

    /** @param nftables whether it speaks with us about nftables */
    static List<Finding> of(boolean nftables, Sysctls sysctls) {
        var findings = new ArrayList<Finding>();
        if (!nftables) {
            findings.add(Finding.told(
                    KERNEL,
                    "a pod with a hostPort is refused",
                    "the kernel has no nftables (CONFIG_NF_TABLES, CONFIG_NF_TABLES_IPV4, CONFIG_NFT_NAT)",
                    "modprobe nf_tables, or a kernel of a distribution"));
        }
        var most = number(sysctls.read(MOST));
        var used = number(sysctls.read("net/netfilter/nf_conntrack_count"));
        if (most == null) {
            findings.add(Finding.blocking(
                    KERNEL,
                    "no Service leads to a pod",
                    "the kernel follows no connections (CONFIG_NF_CONNTRACK)",
                    "modprobe nf_conntrack, or a kernel of a distribution"));
        } else if (used != null && most > 0 && used >= most - most / 10) {
            findings.add(Finding.told(
                    KERNEL,
                    "new connections are dropped when it is full",
                    "the kernel's table of connections has " + used + " of at most " + most,
                    "sysctl -w net.netfilter.nf_conntrack_max=" + 2 * most));
        }
        return findings;
    }

    private static @Nullable Long number(@Nullable String text) {
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException odd) {
            return null;
        }
    }
}
