/** The appliance's resident process: install, keep, uninstall. */
module dev.routefix.installer {
    requires dev.routefix.plugin;
    requires dev.routefix.relay;
    requires jdk.net;
    requires static transitive org.jspecify;
}
