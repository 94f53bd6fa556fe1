package dev.routefix.cni;

import dev.routefix.netlink.MacAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of an interface that we make, where no plugin before us has made it.
 *
 * @param mac that the runtime asks for by the capability {@code mac} ({@code runtimeConfig}, CONVENTIONS of the specification); null if it does not
 * @param identity the same for whom it asks a DHCP server as, by the capability {@code identity}
 * @param mtu in bytes; 0 for the parent's
 * @param ipam null where there is no such key
 */
public record InterfaceConf(
        @Nullable MacAddress mac,
        @Nullable IdentityKind identity,
        int mtu,
        @Nullable IpamConf ipam) {

    private static final InterfaceConf NONE = new InterfaceConf(null, null, 0, null);

    /** Least that IPv4 can do with (RFC 791). */
    private static final int LEAST_MTU = 68;

    static InterfaceConf of(JsonObject conf, List<CniException> faults) {
        var values = conf.values();
        if (!values.containsKey("ipam")
                && !values.containsKey("runtimeConfig")
                && !values.containsKey("mtu")
                && !values.containsKey("mode")) {
            return NONE;
        }
        checkMode(conf, faults);
        int mtu = number(conf, "mtu", faults);
        if (mtu != 0 && mtu < LEAST_MTU) {
            faults.add(conf.wrong("mtu", "0 for the parent's, or at least " + LEAST_MTU));
        }
        var runtime = conf.object("runtimeConfig", faults);
        return new InterfaceConf(
                mac(runtime, faults), IdentityKind.of(runtime, faults), mtu, IpamReader.of(conf, faults));
    }

    /** The key is the reference macvlan plugin's; in any other mode pods and node do not hear each other. */
    private static void checkMode(JsonObject conf, List<CniException> faults) {
        try {
            var mode = conf.string("mode");
            if (mode != null && !mode.isEmpty() && !mode.equals("bridge")) {
                faults.add(conf.wrong("mode", "bridge"));
            }
        } catch (CniException fault) {
            faults.add(fault);
        }
    }

    private static @Nullable MacAddress mac(@Nullable JsonObject runtime, List<CniException> faults) {
        try {
            var text = runtime == null ? null : runtime.string("mac");
            if (runtime == null || text == null || text.isEmpty()) {
                return null;
            }
            var mac = station(text);
            if (mac == null) {
                faults.add(runtime.wrong("mac", "the hardware address of one machine such as 02:00:5e:10:00:01"));
            }
            return mac;
        } catch (CniException fault) {
            faults.add(fault);
            return null;
        }
    }

    /** The hardware address of one machine, no group's; null if the text is none. */
    static @Nullable MacAddress station(String text) {
        try {
            var mac = MacAddress.parse(text);
            boolean isGroup = (mac.toBytes()[0] & 1) != 0;
            return isGroup || mac.bits() == 0 ? null : mac;
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    /** A whole number that is not negative; 0 if the key is absent, or wrong. */
    static int number(JsonObject json, String key, List<CniException> faults) {
        try {
            var number = json.integer(key);
            if (number != null && number < 0) {
                throw json.wrong(key, "a whole number from 0 on");
            }
            return number == null ? 0 : number;
        } catch (CniException fault) {
            faults.add(fault);
            return 0;
        }
    }
}
