package dev.routefix.plugin;

import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.Command;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.IpamConf;
import dev.routefix.delegate.Delegates;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.AddressSource;
import dev.routefix.netlink.MacAddress;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who gives a pod whose interface we make its addresses: {@link IpamConf}, put to work. For a thread in the node's network namespace. What goes wrong is a
 * {@link CniException}.
 */
sealed interface AddressGiver {

    /**
     * What a pod was given.
     *
     * @param mac the hardware address that its interface must have; null if any will do
     * @param mtu that its network has; 0 if that is not said
     * @param result as an IPAM plugin gives it: {@code ips}, {@code routes} and {@code dns} (SPEC section 4)
     */
    record Given(@Nullable MacAddress mac, int mtu, Map<String, @Nullable Object> result) {}

    /**
     * Gives addresses.
     *
     * @param mac the hardware address that is asked for; null if any will do
     */
    Given give(CniRequest request, @Nullable MacAddress mac);

    /** Takes them back; nothing for an attachment that has none. */
    void takeBack(CniRequest request);

    /** CHECK, STATUS or GC: what there is to be said to them. */
    void pass(CniRequest request);

    /**
     * The one that a configuration names.
     *
     * @param environment what we were called with
     */
    static AddressGiver of(@Nullable IpamConf ipam, Provisions provisions, Map<String, String> environment) {
        return switch (ipam) {
            case IpamConf.Leased dhcp -> new Lan(provisions.leases().get(), dhcp);
            case IpamConf.Static conf -> new Configured(conf);
            case IpamConf.Delegated(var type) -> new Plugin(provisions.delegates(), type, environment);
            case IpamConf.None _ -> new Nobody();
            case null -> new Nobody();
        };
    }

    /** An interface without an address. */
    record Nobody() implements AddressGiver {
        @Override
        public Given give(CniRequest request, @Nullable MacAddress mac) {
            return new Given(mac, 0, Map.of());
        }

        @Override
        public void takeBack(CniRequest request) {}

        @Override
        public void pass(CniRequest request) {}
    }

    /** The configuration, or who calls. Nothing is kept of it, so there is nothing to be taken back. */
    record Configured(IpamConf.Static conf) implements AddressGiver {
        @Override
        public Given give(CniRequest request, @Nullable MacAddress mac) {
            return new Given(mac, 0, new StaticResult(request, conf).ofAdd());
        }

        @Override
        public void takeBack(CniRequest request) {}

        @Override
        public void pass(CniRequest request) {
            if (request.command() == Command.CHECK) {
                new StaticResult(request, conf).check();
            }
        }
    }

    /** Another plugin, which gets our call as it came. */
    record Plugin(Delegates delegates, String type, Map<String, String> environment) implements AddressGiver {

        @Override
        public Given give(CniRequest request, @Nullable MacAddress mac) {
            try {
                return new Given(mac, 0, call("ADD", request));
            } catch (CniException refused) {
                // it may have kept something of what it began (SPEC section 4)
                try {
                    call("DEL", request);
                } catch (CniException e) {
                    refused.addSuppressed(e);
                }
                throw refused;
            }
        }

        @Override
        public void takeBack(CniRequest request) {
            call("DEL", request);
        }

        @Override
        public void pass(CniRequest request) {
            try {
                call(request.command().name(), request);
            } catch (CniException e) {
                boolean older = e.number() == ErrorCode.INVALID_ENVIRONMENT.number
                        && String.valueOf(e.getMessage()).contains("unknown CNI_COMMAND");
                // one from before version 1.1.0 has nothing to say to STATUS and GC
                if (!older) {
                    throw e;
                }
            }
        }

        private Map<String, @Nullable Object> call(String command, CniRequest request) {
            return delegates.call(type, command, environment, request.conf().json());
        }
    }

    /** A DHCP server of the LAN. */
    record Lan(AddressSource source, IpamConf.Leased settings) implements AddressGiver {

        /** Less than the relay has for its resident. */
        private static final Duration PATIENCE = Duration.ofSeconds(45);

        @Override
        public Given give(CniRequest request, @Nullable MacAddress mac) {
            var conf = request.conf();
            var granted =
                    source.acquire(AddressRequest.of(request, settings, String.valueOf(conf.master()), mac, PATIENCE));
            return new Given(
                    granted.mac(), granted.mtu(), GrantedResult.of(granted, conf.cniVersion(), settings.priority()));
        }

        @Override
        public void takeBack(CniRequest request) {
            source.release(request.attached());
        }

        @Override
        public void pass(CniRequest request) {}
    }
}
