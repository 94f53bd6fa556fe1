package dev.routefix.installer.plan;

import dev.routefix.installer.config.Configuration;
import java.util.ArrayList;
import java.util.List;

/** What does not keep us from installing, but perhaps the network from working. */
public final class Warnings {

    private Warnings() {}

    /** One line each. */
    public static List<String> of(Configuration configuration, Wanted wanted, Found found) {
        var warnings = new ArrayList<String>();
        var conflist = wanted.conflist();
        if (conflist == null) {
            return warnings;
        }
        var ours = conflist.path().getFileName().toString();
        for (var name : found.networks()) {
            // the container runtime uses the one that sorts first
            if (name.compareTo(ours) < 0 && !name.endsWith("-route-fix.conflist")) {
                warnings.add(configuration.confDir().resolve(name) + " sorts before " + ours
                        + ", so the container runtime uses that network and not this one: remove it, or choose a PRIORITY"
                        + " that sorts first");
            }
        }
        var ipam = configuration.binDir().resolve(configuration.ipam().type());
        boolean brought =
                wanted.plugins().stream().anyMatch(plugin -> plugin.path().equals(ipam));
        if (!brought && !found.files().containsKey(ipam)) {
            warnings.add("IPAM wants the plugin " + ipam
                    + ", which is not there, so no pod will get an address: install it on the" + " node");
        }
        return warnings;
    }
}
