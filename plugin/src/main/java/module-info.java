/** The CNI plugin {@code route-fix}: protocol, plan, netlink. Start reading at {@link dev.routefix.plugin.RouteFix}. */
module dev.routefix.plugin {
    requires com.fasterxml.jackson.core;
    requires com.sun.jna;
    requires org.apache.commons.exec;
    requires static transitive org.jspecify;

    exports dev.routefix.attachment;
    exports dev.routefix.cni;
    exports dev.routefix.dhcp;
    exports dev.routefix.dhcp.client;
    exports dev.routefix.dhcp.lease;
    exports dev.routefix.dhcp.machine;
    exports dev.routefix.dhcp.message;
    exports dev.routefix.delegate;
    exports dev.routefix.hostport;
    exports dev.routefix.lan;
    exports dev.routefix.lifecycle;
    exports dev.routefix.netlink;
    exports dev.routefix.netlink.namespace;
    exports dev.routefix.netlink.nftables;
    exports dev.routefix.netlink.sys;
    exports dev.routefix.plan;
    exports dev.routefix.plugin;
    exports dev.routefix.process;
    exports dev.routefix.sandbox;
}
