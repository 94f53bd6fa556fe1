package dev.routefix.dhcp.machine;

import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.Granted.OtherRoute;
import dev.routefix.dhcp.Granted.Resolver;
import dev.routefix.dhcp.message.ClasslessRoutes;
import dev.routefix.dhcp.message.Code;
import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.DomainNames;
import dev.routefix.dhcp.message.MalformedMessage;
import dev.routefix.dhcp.message.Options;
import dev.routefix.dhcp.message.UdpFrame;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server offers or has given, and for how long.
 *
 * @param server option 54
 * @param serverMac of whoever brought the answer: the server or the router before it
 * @param seconds how long it may be used, {@link #FOREVER} for always (RFC 2131, section 3.3)
 * @param renewAfter seconds until the server should be asked for more (T1)
 * @param rebindAfter seconds until any server should be (T2)
 * @param router see {@link Granted}, as are the others
 */
public record Terms(
        IpAddress server,
        MacAddress serverMac,
        Prefix address,
        long seconds,
        long renewAfter,
        long rebindAfter,
        @Nullable IpAddress router,
        List<OtherRoute> routes,
        int mtu,
        Resolver names) {

    /** All bits of option 51. */
    public static final long FOREVER = 0xffff_ffffL;

    /** A lease that ends before a pod has started is none. */
    private static final long SHORTEST = 5;

    /** The smallest MTU of IPv4 (RFC 791), and the largest there can be. */
    private static final int SMALLEST_MTU = 68;

    /** What Kubernetes lets a pod have ({@code MaxDNSSearchPaths}). A message of some hundred bytes can name thousands of them, for one may point to the end of another. */
    private static final int MOST_SEARCHED = 32;

    public Terms {
        routes = List.copyOf(routes);
    }

    /** Those of an address that a client of another kind has got: who gave it, and for how long, is not known until a server has been asked. */
    public static Terms unknown(Prefix address) {
        return new Terms(
                DhcpMessage.NOBODY,
                MacAddress.BROADCAST,
                address,
                FOREVER,
                FOREVER / 2,
                FOREVER / 8 * 7,
                null,
                List.of(),
                0,
                new Resolver(List.of(), null, List.of()));
    }

    /** Whether a server has said them. */
    public boolean isKnown() {
        return !server.equals(DhcpMessage.NOBODY);
    }

    public boolean isForever() {
        return seconds == FOREVER;
    }

    /** When its server should be asked for more (T1) if it was given at {@code since}, in milliseconds of the same time; at once if they are not known. */
    public long renewal(long since) {
        return isKnown() ? after(since, renewAfter) : since;
    }

    /** The same for when any server should be (T2). */
    public long rebinding(long since) {
        return after(since, rebindAfter);
    }

    /** The same for its end. */
    public long end(long since) {
        return after(since, seconds);
    }

    private long after(long since, long count) {
        return isForever() ? Long.MAX_VALUE : since + 1000 * count;
    }

    /** What is told whoever asked for it. */
    public Granted granted(MacAddress mac) {
        return new Granted(mac, address, router, routes, mtu, names);
    }

    /**
     * Reads an OFFER or an ACK.
     *
     * @throws Unacceptable if no interface can have that address, or not for that long
     */
    static Terms of(UdpFrame frame) {
        var message = frame.message();
        var options = message.options();
        try {
            var server = options.address(Code.SERVER_IDENTIFIER);
            if (server == null || !server.isOfOneHost()) {
                throw new Unacceptable("does not say who it is");
            }
            var address = new Prefix(message.given(), maskLength(options.address(Code.SUBNET_MASK)));
            requireOfOneHost(address);
            long seconds = options.number(Code.LEASE_TIME, 4);
            if (seconds < SHORTEST) {
                throw new Unacceptable(
                        seconds < 0
                                ? "does not say for how long " + message.given() + " may be used"
                                : "gives " + message.given() + " for " + seconds + " s");
            }
            return read(frame, server, address, seconds);
        } catch (MalformedMessage e) {
            throw new Unacceptable("sent a message that " + e.getMessage());
        }
    }

    private static Terms read(UdpFrame frame, IpAddress server, Prefix address, long seconds) {
        var options = frame.message().options();
        long renew = options.number(Code.RENEWAL_TIME, 4);
        long rebind = options.number(Code.REBINDING_TIME, 4);
        if (renew <= 0 || rebind <= renew || rebind >= seconds) {
            // RFC 2131, section 4.4.5
            renew = seconds / 2;
            rebind = seconds * 7 / 8;
        }
        var routes = new ArrayList<OtherRoute>();
        var router = ways(options, address, routes);
        int mtu = optionalNumber(options, Code.INTERFACE_MTU);
        return new Terms(
                server,
                frame.sender(),
                address,
                seconds,
                renew,
                rebind,
                router,
                routes,
                mtu < SMALLEST_MTU ? 0 : mtu,
                names(options));
    }

    /** The mask's bits must be ones first, then zeros: at least eight of the former, and room for two machines. */
    private static int maskLength(@Nullable IpAddress mask) {
        if (mask == null) {
            throw new Unacceptable("names no subnet mask");
        }
        int length = Integer.numberOfLeadingZeros(~(int) mask.low());
        if (length < 8 || length > 31 || mask.low() != ((0xffff_ffffL << (32 - length)) & 0xffff_ffffL)) {
            throw new Unacceptable("names " + mask + " as the subnet mask, which is none of a LAN");
        }
        return length;
    }

    private static void requireOfOneHost(Prefix address) {
        long host = address.address().low() & ((1L << (32 - address.length())) - 1);
        boolean isEnd = address.length() < 31 && (host == 0 || host == (1L << (32 - address.length())) - 1);
        if (!address.address().isOfOneHost() || isEnd) {
            throw new Unacceptable("gives " + address.withLength() + ", which is no address that a machine can have");
        }
    }

    /** Adds the routes, and gives the default's router (RFC 3442: option 3 counts only where option 121 is not there). One that is not on the LAN leads nowhere. */
    private static @Nullable IpAddress ways(Options options, Prefix address, List<OtherRoute> routes) {
        var entries = classlessRoutes(options);
        if (entries.isEmpty()) {
            for (var router : options.addresses(Code.ROUTER)) {
                if (isNeighbour(router, address)) {
                    return router;
                }
            }
            return null;
        }
        IpAddress router = null;
        for (var entry : entries) {
            boolean onLink = entry.router().equals(DhcpMessage.NOBODY);
            if (onLink || isNeighbour(entry.router(), address)) {
                if (!entry.destination().isDefault()) {
                    routes.add(new OtherRoute(entry.destination(), onLink ? null : entry.router()));
                } else if (!onLink) {
                    router = entry.router();
                }
            }
        }
        return router;
    }

    private static boolean isNeighbour(IpAddress router, Prefix address) {
        return router.isOfOneHost() && address.contains(router) && !router.equals(address.address());
    }

    private static List<ClasslessRoutes.Entry> classlessRoutes(Options options) {
        byte[] value = options.bytes(Code.CLASSLESS_ROUTES);
        try {
            return value == null ? List.of() : ClasslessRoutes.read(value);
        } catch (MalformedMessage unreadable) {
            return List.of(); // a pod's way to the world does not depend on it
        }
    }

    private static Resolver names(Options options) {
        var servers = new ArrayList<IpAddress>();
        for (var server : options.addresses(Code.DOMAIN_NAME_SERVER)) {
            if (server.isOfOneHost()) {
                servers.add(server);
            }
        }
        var domain = options.text(Code.DOMAIN_NAME);
        return new Resolver(servers, domain != null && DomainNames.isName(domain) ? domain : null, search(options));
    }

    private static List<String> search(Options options) {
        byte[] value = options.bytes(Code.DOMAIN_SEARCH);
        try {
            var names = value == null ? List.<String>of() : DomainNames.read(value);
            return List.copyOf(names.subList(0, Math.min(names.size(), MOST_SEARCHED)));
        } catch (MalformedMessage unreadable) {
            return List.of(); // an address is worth more than a list of names
        }
    }

    /** 0 if there is none. */
    private static int optionalNumber(Options options, int code) {
        byte[] value = options.bytes(code);
        return value == null || value.length != 2 ? 0 : (int) options.number(code, 2);
    }
}
