package dev.routefix.image;

import java.net.InetAddress;
import java.util.Locale;

/** The host of a registry, with its port if it has one. */
record Registry(String host) {
    static Registry of(String hostAndPort) {
        return new Registry(hostAndPort.replaceFirst(":[0-9]+$", "").replaceAll("[\\[\\]]", ""));
    }

    /**
     * Whether plain HTTP will do: for this machine, and for private addresses written as numbers, where a laboratory's registry lives. A
     * name is asked for by TLS always, unless the environment says {@code INSECURE=true}: who answers to it is not for us to guess.
     */
    boolean mayBeInsecure() {
        if (host.equals("localhost") || "true".equals(System.getenv("INSECURE"))) {
            return true;
        }
        try {
            InetAddress address = InetAddress.ofLiteral(host.toLowerCase(Locale.ROOT));
            return address.isLoopbackAddress() || address.isSiteLocalAddress() || address.isLinkLocalAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
