package dev.routefix.cni;

import dev.routefix.cni.PortMapping.Protocol;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code runtimeConfig.portMappings}, checked whole. */
final class PortMappings {

    private static final int LAST_PORT = 65535;

    /** CRI-O writes them so, and containerd all with a capital. */
    private static final List<String> KEYS = List.of("hostPort", "containerPort", "protocol", "hostIP");

    /** An address of these says "any", whichever family it is of. */
    private static final IpAddress ANY = IpAddress.parse("0.0.0.0");

    private static final IpAddress ANY_OF_IPV6 = IpAddress.parse("::");

    private final Family family;
    private final List<CniException> faults;
    private final List<PortMapping> mappings = new ArrayList<>();

    private PortMappings(Family family, List<CniException> faults) {
        this.family = family;
        this.faults = faults;
    }

    /**
     * Those of a network configuration; none where the runtime gives none.
     *
     * @param family of the pods' addresses
     * @param faults gets every fault of every mapping
     */
    static List<PortMapping> of(JsonObject json, Family family, List<CniException> faults) {
        try {
            var given = json.object("runtimeConfig");
            if (given == null) {
                return List.of();
            }
            var read = new PortMappings(family, faults);
            var entries = given.objects("portMappings");
            if (!entries.isEmpty() && family != Family.IPV4) {
                throw given.wrong("portMappings", "empty where pods have addresses of IPv6 only");
            }
            for (int at = 0; at < entries.size(); at++) {
                read.add(entries.get(at).named(KEYS));
            }
            return read.mappings;
        } catch (CniException fault) {
            faults.add(fault);
            return List.of();
        }
    }

    /** One that is given twice is taken once. */
    private void add(JsonObject entry) {
        int before = faults.size();
        var protocol = protocol(entry);
        var hostIp = hostIp(entry);
        int hostPort = port(entry, "hostPort");
        int containerPort = port(entry, "containerPort");
        if (faults.size() > before || protocol == null) {
            return;
        }
        var mapping = new PortMapping(protocol, hostIp, hostPort, containerPort);
        for (var other : mappings) {
            if (other.sharesSocketWith(mapping)) {
                if (other.containerPort() != containerPort) {
                    faults.add(entry.wrong(
                            "hostPort",
                            "another than that of a mapping before: " + mapping.socket() + " cannot lead to "
                                    + other.containerPort() + " and to " + containerPort));
                }
                return;
            }
        }
        mappings.add(mapping);
    }

    private @Nullable Protocol protocol(JsonObject entry) {
        try {
            var name = entry.string("protocol");
            return name == null || name.isEmpty() ? Protocol.TCP : Protocol.of(name);
        } catch (CniException fault) {
            faults.add(fault);
        } catch (IllegalArgumentException e) {
            faults.add(entry.wrong("protocol", "tcp, udp or sctp"));
        }
        return null;
    }

    private @Nullable IpAddress hostIp(JsonObject entry) {
        try {
            var text = entry.string("hostIP");
            if (text == null || text.isEmpty()) {
                return null;
            }
            var address = IpAddress.parse(text);
            if (address.equals(ANY) || address.equals(ANY_OF_IPV6)) {
                return null;
            }
            if (address.family() == family) {
                return address;
            }
            faults.add(entry.wrong("hostIP", "of the same kind as the pods' addresses, or empty"));
        } catch (CniException fault) {
            faults.add(fault);
        } catch (IllegalArgumentException e) {
            faults.add(entry.wrong("hostIP", "an IP address, or empty for all of the node's"));
        }
        return null;
    }

    private int port(JsonObject entry, String key) {
        try {
            var port = entry.integer(key);
            if (port != null && port > 0 && port <= LAST_PORT) {
                return port;
            }
            faults.add(entry.wrong(key, "a port, 1 to " + LAST_PORT));
        } catch (CniException fault) {
            faults.add(fault);
        }
        return 0;
    }
}
