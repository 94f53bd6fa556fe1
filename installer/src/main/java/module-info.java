/** The appliance's resident process: install, keep, uninstall. */
module dev.routefix.installer {
    requires dev.routefix.plugin;
    requires dev.routefix.relay;
    requires io.prometheus.metrics.core;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires jdk.httpserver;
    requires jdk.net;
    requires static transitive org.jspecify;
}
