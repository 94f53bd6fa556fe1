package dev.routefix.installer.plan;

import dev.routefix.installer.config.Configuration;
import java.util.ArrayList;
import java.util.List;

/** What on the node works against us and is not ours to change, as far as a look at it shows. */
public final class Findings {

    private final Configuration configuration;
    private final Wanted wanted;
    private final Found found;
    private final Surroundings around;
    private final List<Finding> findings = new ArrayList<>();

    private Findings(Configuration configuration, Wanted wanted, Found found, Surroundings around) {
        this.configuration = configuration;
        this.wanted = wanted;
        this.found = found;
        this.around = around;
    }

    /** Everything that is found, in the order of its importance. */
    public static List<Finding> of(
            Configuration configuration, Wanted wanted, Found found, Surroundings around, String master) {
        var findings = new Findings(configuration, wanted, found, around);
        findings.findings.addAll(FilterFindings.of(configuration, wanted, found, around, master));
        findings.ways();
        findings.handler();
        findings.findings.addAll(KubeProxyFindings.of(configuration, around));
        findings.networks();
        findings.addresses();
        return findings.findings;
    }

    private void ways() {
        for (int at = 0; at < around.answers().size(); at++) {
            var finding = around.ways().get(at).finding(around.answers().get(at), around.policies());
            if (finding != null && !findings.contains(finding)) {
                findings.add(finding);
            }
        }
    }

    /** Which pods choose the network is for the runtime to know, and its configuration is the owner's. */
    private void handler() {
        if (around.overlooked()) {
            var directory = configuration.networkDir();
            findings.add(Finding.blocking(
                    "runtime handler",
                    "no pod can choose this network",
                    "containerd has no runtime handler that looks for networks in " + directory,
                    "give it one with cni_conf_dir = \"" + directory
                            + "\", as docs/only-some-pods.md has it for each distribution, and restart containerd"));
        }
    }

    /** The container runtime uses the network that sorts first. */
    private void networks() {
        var conflist = wanted.conflist();
        if (conflist == null) {
            return;
        }
        var ours = conflist.path().getFileName().toString();
        for (var name : found.networks()) {
            if (name.compareTo(ours) < 0 && !name.endsWith("-route-fix.conflist")) {
                told(
                        "conflist",
                        "the container runtime uses that network and not this one",
                        configuration.networkDir().resolve(name) + " sorts before " + ours,
                        "remove it, or choose a PRIORITY that sorts first");
            }
        }
    }

    private void addresses() {
        var link = found.link();
        var wantedLink = wanted.link();
        if (link == null || wantedLink == null) {
            return;
        }
        for (var address : link.addresses()) {
            if (!wantedLink.holds(address.prefix()) && !HostLink.isOurs(address)) {
                told(
                        link.name(),
                        "it is left alone, and goes when " + link.name() + " does",
                        link.name() + " has the address " + address.prefix() + ", which route-fix did not give it",
                        "put it on an interface of its own, or ip address delete " + address.prefix() + " dev "
                                + link.name());
            }
        }
    }

    private void told(String subject, String problem, String cause, String cure) {
        findings.add(Finding.told(subject, problem, cause, cure));
    }
}
