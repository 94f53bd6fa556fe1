package dev.routefix.cni;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a pod whose interface we make gets its addresses: the {@code ipam} object of the configuration (SPEC section 1). */
public sealed interface IpamConf {

    /** From nowhere: {@code none}, or an empty type. */
    record None() implements IpamConf {}

    /** From another plugin on the node, to which every verb is delegated (SPEC section 4). */
    record Delegated(String type) implements IpamConf {}

    /**
     * From the configuration itself, or from who calls. The keys are those of the reference plugin {@code static}.
     *
     * @param asked whether the addresses are those that the call asks for in its configuration, and then all
     * @param routes as they are to stand in the result
     * @param dns likewise
     */
    record Static(
            List<StaticAddress> addresses,
            boolean asked,
            List<Map<String, @Nullable Object>> routes,
            Map<String, @Nullable Object> dns)
            implements IpamConf {
        public Static {
            addresses = List.copyOf(addresses);
            routes = List.copyOf(routes);
        }
    }

    /** One of its addresses, and the gateway of its network, where one is named. */
    record StaticAddress(Prefix address, @Nullable IpAddress gateway) {}

    /**
     * From the LAN's DHCP server, asked by us. The keys are those of the reference plugin {@code dhcp}, and {@code identity}.
     *
     * @param provide options to send
     * @param request options to ask for besides those asked for anyway
     * @param skipDefault options not to ask for
     * @param priority of the routes that the server names, their metric
     * @param identity as whom it asks, where the call says nothing else
     */
    record Leased(
            List<Provided> provide,
            List<Integer> request,
            List<Integer> skipDefault,
            int priority,
            IdentityKind identity)
            implements IpamConf {
        public Leased {
            provide = List.copyOf(provide);
            request = List.copyOf(request);
            skipDefault = List.copyOf(skipDefault);
        }
    }

    /**
     * An option that is sent.
     *
     * @param code its number (RFC 2132)
     * @param fromArg the word of {@code CNI_ARGS} that has its value; null if {@code value} is it
     */
    record Provided(int code, String value, @Nullable String fromArg) {}
}
