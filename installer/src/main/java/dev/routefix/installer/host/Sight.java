package dev.routefix.installer.host;

import dev.routefix.attachment.Attachment;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Stay;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.Commitment;
import dev.routefix.installer.plan.Node;
import dev.routefix.installer.plan.Preflight;
import dev.routefix.installer.pods.Pods;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Sysctls;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;

/**
 * A first look at a node that one of its networks can be installed on.
 *
 * @param asked the network; the first one has the others beside it
 * @param master the name of the parent interface that is asked for
 * @param probe looks for what is kept to
 * @param node as the probe sees it
 */
record Sight(Configuration asked, String master, Commitment commitment, HostProbe probe, Node node) {

    /**
     * That of each network whose things are to be on the node, in their order.
     *
     * @throws HostProblem with everything that forbids an installation of any of them
     */
    static List<Sight> ofAll(Configuration configuration, Host host, Netlink netlink, Sysctls sysctls) {
        var pods = host.pods(netlink);
        var networks = configuration.present();
        var sights = new ArrayList<Sight>();
        var problems = new LinkedHashSet<String>();
        var settled = new ArrayList<Configuration>();
        for (var network : networks) {
            var probe = new HostProbe(network, host, netlink, sysctls, pods);
            var node = probe.node();
            var master = node.masterName();
            var commitment = Commitment.of(network, node, belonging(pods, network, networks), pods::lives);
            if (!commitment.refused().isEmpty()) {
                probe = new HostProbe(commitment.configuration(), host, netlink, sysctls, pods);
                node = probe.node();
            }
            var found = Preflight.problems(commitment.configuration(), node);
            if (network.stay() != Stay.KEPT && !found.isEmpty()) {
                continue; // its pods have lost their network already
            }
            for (var problem : found) {
                problems.add(
                        networks.size() == 1 || node.missing().contains(problem)
                                ? problem
                                : "network " + network.networkName() + ": " + problem);
            }
            if (master != null) {
                sights.add(new Sight(network, master, commitment, probe, node));
                settled.add(network.alone().withMaster(Objects.requireNonNullElse(node.masterName(), master)));
            }
        }
        if (settled.size() > 1) {
            problems.addAll(settled.getFirst()
                    .besides(settled.subList(1, settled.size()))
                    .clashes());
        }
        if (!problems.isEmpty()) {
            throw new HostProblem(String.join("\n", problems));
        }
        return sights;
    }

    /** The attachments by which a network is bound. What cannot be told apart binds the first. */
    private static List<Attachment> belonging(Pods pods, Configuration network, List<Configuration> networks) {
        var all = pods.all();
        if (networks.size() == 1 || all.isEmpty()) {
            return all;
        }
        var belonging = new ArrayList<Attachment>();
        for (var attachment : all) {
            if (network.networkName().equals(owner(attachment, networks).networkName())) {
                belonging.add(attachment);
            }
        }
        return belonging;
    }

    private static Configuration owner(Attachment attachment, List<Configuration> networks) {
        for (var network : networks) {
            if (network.hostInterface().equals(attachment.hostInterface())) {
                return network;
            }
        }
        for (var network : networks) {
            if (network.networkName().equals(attachment.network())) {
                return network;
            }
        }
        return networks.getFirst();
    }
}
