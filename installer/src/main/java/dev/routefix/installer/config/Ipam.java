package dev.routefix.installer.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the pods' addresses come from: the {@code ipam} member of the conflist. */
public sealed interface Ipam {

    /** The name of the plugin that hands the addresses out. */
    String type();

    /** Whether our plugin gives the addresses itself, and executes no other one for them. */
    default boolean isOurs() {
        return type().equals("dhcp") || type().equals("static") || type().equals("none");
    }

    /** Whether pods need the reference {@code dhcp} daemon at its usual socket. */
    boolean needsDhcpDaemon();

    /** The LAN's DHCP server: asked by us, or by the reference plugin {@code dhcp} and its daemon, which the appliance runs. */
    record Dhcp() implements Ipam {
        @Override
        public String type() {
            return "dhcp";
        }

        @Override
        public boolean needsDhcpDaemon() {
            return true;
        }
    }

    /** Anything else, passed on as it is. */
    record Given(String type, Map<String, @Nullable Object> members) implements Ipam {
        @Override
        public boolean needsDhcpDaemon() {
            return type.equals("dhcp") && !members.containsKey("daemonSocketPath");
        }
    }
}
