package dev.routefix.installer.plan;

import dev.routefix.cni.Json;
import dev.routefix.installer.config.ChainKind;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Ipam;
import dev.routefix.installer.config.Stay;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The network configuration list (CNI specification 1.1.0, section 1): our plugin alone, or a macvlan with an address from IPAM before it. */
final class Conflist {

    /** Where the reference {@code dhcp} plugin looks when its configuration does not say. */
    private static final Path USUAL_DHCP_SOCKET = Path.of("/run/cni/dhcp.sock");

    private Conflist() {}

    static String of(Configuration configuration, String master, Path dhcpSocket) {
        var ours = new LinkedHashMap<String, @Nullable Object>();
        ours.put("type", "route-fix");
        ours.put("hostInterface", configuration.hostInterface());
        ours.put("gateway", configuration.gateway().toString());
        ours.put("master", master);
        ours.put("capabilities", capabilities(configuration.chain()));
        if (configuration.stay() != Stay.KEPT) {
            ours.put("retired", true);
        }
        var conflist = new LinkedHashMap<String, Object>();
        conflist.put("cniVersion", configuration.cniVersion());
        conflist.put("name", configuration.networkName());
        conflist.put(
                "plugins",
                switch (configuration.chain()) {
                    case OWN -> List.of(alone(ours, configuration.ipam()));
                    case REFERENCE -> List.of(macvlan(master, ipam(configuration.ipam(), dhcpSocket)), ours);
                });
        return Json.print(conflist);
    }

    /** What a runtime has to say of ports and hardware addresses it says to who asks for it (CONVENTIONS of the specification). */
    private static Map<String, @Nullable Object> capabilities(ChainKind chain) {
        var capabilities = new LinkedHashMap<String, @Nullable Object>();
        capabilities.put("portMappings", true);
        if (chain == ChainKind.OWN) {
            capabilities.put("mac", true);
        }
        return capabilities;
    }

    private static Map<String, @Nullable Object> alone(Map<String, @Nullable Object> ours, Ipam ipam) {
        ours.put(
                "ipam",
                switch (ipam) {
                    case Ipam.Given given -> given.members();
                    case Ipam.Dhcp dhcp -> Map.of("type", dhcp.type());
                });
        return ours;
    }

    private static Map<String, @Nullable Object> macvlan(String master, Map<String, ? extends @Nullable Object> ipam) {
        var macvlan = new LinkedHashMap<String, @Nullable Object>();
        macvlan.put("type", "macvlan");
        macvlan.put("master", master);
        macvlan.put("mode", "bridge");
        macvlan.put("ipam", ipam);
        return macvlan;
    }

    private static Map<String, ? extends @Nullable Object> ipam(Ipam ipam, Path dhcpSocket) {
        return switch (ipam) {
            case Ipam.Given given -> given.members();
            case Ipam.Dhcp dhcp -> {
                var members = new LinkedHashMap<String, Object>();
                members.put("type", dhcp.type());
                if (!dhcpSocket.equals(USUAL_DHCP_SOCKET)) {
                    members.put("daemonSocketPath", dhcpSocket.toString());
                }
                yield members;
            }
        };
    }
}
