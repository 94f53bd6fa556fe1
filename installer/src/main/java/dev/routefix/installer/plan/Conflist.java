package dev.routefix.installer.plan;

import dev.routefix.cni.Json;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Ipam;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The network configuration list (CNI specification 1.1.0, section 1): a macvlan with an address from IPAM, then our plugin. */
final class Conflist {

    /** Where the reference {@code dhcp} plugin looks when its configuration does not say. */
    private static final Path USUAL_DHCP_SOCKET = Path.of("/run/cni/dhcp.sock");

    private Conflist() {}

    static String of(Configuration configuration, String master, Path dhcpSocket) {
        var macvlan = new LinkedHashMap<String, Object>();
        macvlan.put("type", "macvlan");
        macvlan.put("master", master);
        macvlan.put("mode", "bridge");
        macvlan.put("ipam", ipam(configuration.ipam(), dhcpSocket));
        var routeFix = new LinkedHashMap<String, Object>();
        routeFix.put("type", "route-fix");
        routeFix.put("hostInterface", configuration.hostInterface());
        routeFix.put("gateway", configuration.gateway().toString());
        routeFix.put("master", master);
        // what the runtime is to tell us of each pod
        routeFix.put("capabilities", Map.of("portMappings", true));
        var conflist = new LinkedHashMap<String, Object>();
        conflist.put("cniVersion", configuration.cniVersion());
        conflist.put("name", configuration.networkName());
        conflist.put("plugins", List.of(macvlan, routeFix));
        return Json.print(conflist);
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
