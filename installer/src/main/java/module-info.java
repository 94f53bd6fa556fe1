/** The appliance's resident process: install, keep, uninstall. */
module dev.routefix.installer {
    requires org.apache.commons.exec;
    requires dev.routefix.plugin;
    requires jdk.net;
    requires static transitive org.jspecify;

    exports dev.routefix.relay;
}
