/** The appliance's resident process: install, keep, uninstall. */
module dev.routefix.installer {
    requires com.fasterxml.jackson.jr.ob;
    requires org.apache.commons.exec;
    requires dev.routefix.plugin;
    requires static transitive org.jspecify;
}
