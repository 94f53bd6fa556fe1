package dev.routefix.installer;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.InvalidConfiguration;
import dev.routefix.installer.config.Option;
import dev.routefix.installer.config.Stay;
import dev.routefix.installer.files.AtomicFiles;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.installer.plan.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * The networks that a node with several has: {@code /var/lib/route-fix/networks.json}. One that is taken off the list is still known by it, so that it stays for the pods that it has, and goes
 * with them. A node that never had more than one has no such file.
 */
final class RememberedNetworks {

    private final Path file;
    private final Log log;
    private String kept = "";

    /** @param state {@code /var/lib/route-fix}, which survives a reboot */
    RememberedNetworks(Path state, Log log) {
        file = state.resolve("networks.json");
        this.log = log;
    }

    /** The configuration with the networks that are on the node although nobody asks for them any more. */
    Configuration with(Configuration asked, Map<String, String> environment, String hostName) {
        if (!Files.exists(file)) {
            return asked;
        }
        var networks = new ArrayList<>(asked.others());
        var variables = new HashMap<>(environment);
        try {
            variables.put(Option.NETWORKS.name(), Files.readString(file).strip());
            for (var network : Configuration.parse(variables, hostName).networks()) {
                if (asked.networks().stream().noneMatch(each -> isSame(each, network))) {
                    networks.add(network.alone().staying(Stay.RETIRING));
                }
            }
        } catch (IOException | InvalidConfiguration unreadable) {
            log.warn(file + " cannot be read, so networks that were taken off the list are not known: "
                    + unreadable.getMessage());
        }
        return asked.besides(networks);
    }

    /** One that has another name, or another interface, is the same one all the same. */
    private static boolean isSame(Configuration one, Configuration other) {
        return one.networkName().equals(other.networkName())
                || one.hostInterface().equals(other.hostInterface());
    }

    /** All that is asked for is on the node. */
    void keep(Configuration present) {
        if (present.others().isEmpty()) {
            return;
        }
        try {
            if (present.present().size() == 1) {
                forget();
                return;
            }
            var text = present.asList() + "\n";
            if (!text.equals(kept) && !(Files.exists(file) && text.equals(Files.readString(file)))) {
                AtomicFiles.write(file, new Content.Text(text), false);
            }
            kept = text;
        } catch (IOException e) {
            throw HostProblem.of("write " + file, e);
        }
    }

    /** Nothing of ours is on the node. */
    void forget() {
        try {
            Files.deleteIfExists(file);
            kept = "";
        } catch (IOException e) {
            throw HostProblem.of("remove " + file, e);
        }
    }
}
