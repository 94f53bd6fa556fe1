package dev.routefix.installer.plan;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Option;
import dev.routefix.netlink.Link;
import dev.routefix.plan.LanInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What stands in the way of an installation on this node: one line each, with the cure. Nothing is changed while there is any. */
public final class Preflight {

    private final Configuration configuration;
    private final Node node;
    private final List<String> problems = new ArrayList<>();

    private Preflight(Configuration configuration, Node node) {
        this.configuration = configuration;
        this.node = node;
    }

    /** Empty if the installation may go on. */
    public static List<String> problems(Configuration configuration, Node node) {
        var preflight = new Preflight(configuration, node);
        preflight.checkMaster();
        preflight.checkDirectories();
        preflight.problems.addAll(node.missing());
        return preflight.problems;
    }

    private void checkMaster() {
        var name = node.masterName();
        if (name == null) {
            problems.add(
                    "there is no IPv4 default route to find the LAN by: set MASTER_IFACE to the interface that is on the LAN");
            return;
        }
        var master = node.master();
        var controller = master == null ? null : node.link(master.controller());
        var lower = master == null || master.parent() == 0 || master.parentNamespace() != Link.HERE
                ? null
                : node.link(master.parent());
        problems.addAll(LanInterface.problems(
                Option.MASTER_IFACE.name(), name, master, node.masterWireless(), lower, controller));
        if (master != null) {
            checkGateway(master);
            checkHostInterface(master);
        }
    }

    private void checkGateway(Link master) {
        for (var address : node.masterAddresses()) {
            if (address.prefix().contains(configuration.gateway())) {
                problems.add("GATEWAY " + configuration.gateway() + " lies inside "
                        + address.prefix().network() + ", the network of " + master.name()
                        + ": choose an address that the LAN does not use, such as 169.254.1.1");
            }
        }
    }

    /** An interface of that name that we did not make may be somebody's only way to this node. */
    private void checkHostInterface(Link master) {
        var existing = node.link(configuration.hostInterface());
        if (existing == null) {
            return;
        }
        var cure = "; it is left alone: remove it (ip link delete " + existing.name()
                + "), or set HOST_IFACE to another name";
        if (!existing.kind().equals(HostLink.MACVLAN)) {
            problems.add("HOST_IFACE " + existing.name() + " exists and is no macvlan"
                    + (existing.kind().isEmpty() ? "" : " but a " + existing.kind()) + cure);
        } else if (existing.parent() != master.index()) {
            problems.add("HOST_IFACE " + existing.name() + " exists and is a macvlan of "
                    + node.nameOf(existing.parent()) + ", not of " + master.name() + cure);
        } else if (existing.macvlanMode() != Link.BRIDGE) {
            problems.add(
                    "HOST_IFACE " + existing.name() + " exists and is a macvlan in another mode than bridge" + cure);
        } else {
            checkStranger(cure);
        }
    }

    private void checkStranger(String cure) {
        var stranger = node.stranger();
        if (stranger == null || stranger.mayBeAdopted(configuration.gateway())) {
            return;
        }
        var others = stranger.others(configuration.gateway());
        problems.add("HOST_IFACE " + stranger.link().name() + " exists and is not route-fix's: it has "
                + (others.isEmpty() ? "no address " + configuration.gateway() : String.join(" and ", others)) + cure);
    }

    private void checkDirectories() {
        node.directories().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(directory -> {
                    var name = directory.getKey() + " "
                            + switch (directory.getKey()) {
                                case CNI_BIN_DIR -> configuration.binDir();
                                case CNI_CONF_DIR -> configuration.confDir();
                                case LAN_CONF_DIR -> configuration.lanConfDir();
                                default -> "";
                            };
                    switch (directory.getValue()) {
                        case MISSING ->
                            problems.add(
                                    name
                                            + " does not exist: mount the host's directory at that path, or correct the variable");
                        case READ_ONLY ->
                            problems.add(name
                                    + " cannot be written: mount it writable with the capability DAC_OVERRIDE, or set it to a directory that the runtime"
                                    + " reads and that is writable");
                        case WRITABLE -> {
                            // as it should be
                        }
                    }
                });
    }
}
