package dev.routefix.installer.config;

import dev.routefix.cni.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The networks of a node that has several: a JSON list of objects, whose keys are the names of variables. Each is read as if its keys were variables of the environment. */
final class NetworkList {

    private static final String LIST = "networks";

    private final Map<String, String> environment;
    private final String hostName;
    private final List<String> problems = new ArrayList<>();

    NetworkList(Map<String, String> environment, String hostName) {
        this.environment = environment;
        this.hostName = hostName;
    }

    /** @param value a path, or the list itself */
    Configuration read(String value) throws InvalidConfiguration {
        var entries = entries(value);
        var known = problemsOf(environment);
        problems.addAll(known);
        var networks = new ArrayList<Configuration>();
        for (int i = 0; i < entries.size(); i++) {
            var variables = variables(entries.get(i), i + 1);
            var name = variables.getOrDefault(Option.CNI_NETWORK_NAME.name(), Option.CNI_NETWORK_NAME.byDefault);
            try {
                networks.add(new ConfigurationReader(variables).read(hostName));
            } catch (InvalidConfiguration e) {
                String.valueOf(e.getMessage())
                        .lines()
                        .filter(problem -> !known.contains(problem))
                        .forEach(problem -> problems.add("network " + name + ": " + problem));
            }
        }
        problems.addAll(clashes(networks));
        if (!problems.isEmpty() || networks.isEmpty()) {
            throw new InvalidConfiguration(problems);
        }
        return networks.getFirst().besides(networks.subList(1, networks.size()));
    }

    /** What is wrong with the node's variables is said once. */
    private List<String> problemsOf(Map<String, String> variables) {
        try {
            var _ = new ConfigurationReader(variables).read(hostName);
            return List.of();
        } catch (InvalidConfiguration e) {
            return String.valueOf(e.getMessage()).lines().toList();
        }
    }

    private List<?> entries(String value) throws InvalidConfiguration {
        var where = "NETWORKS";
        try {
            var text = value;
            if (!value.strip().startsWith("[")) {
                where += "=\"" + value + "\"";
                text = Files.readString(Path.of(value));
            }
            // the reader takes objects only
            var read = Json.read(("{\"" + LIST + "\": " + text + "}").getBytes(StandardCharsets.UTF_8));
            if (read.size() == 1 && read.get(LIST) instanceof List<?> list && !list.isEmpty()) {
                return list;
            }
            throw new InvalidConfiguration(
                    List.of(where + " must have a JSON list with an object for each network, and at least one"));
        } catch (IOException | InvalidPathException e) {
            throw new InvalidConfiguration(List.of(
                    where + " must be a file with a JSON list of networks, or the list itself, but " + e.getMessage()));
        }
    }

    /** The environment with what an entry says instead. */
    private Map<String, String> variables(@Nullable Object entry, int number) {
        var variables = new HashMap<>(environment);
        variables.remove(Option.NETWORKS.name());
        if (!(entry instanceof Map<?, ?> members)) {
            problems.add("network " + number + " of the list is no JSON object");
            return variables;
        }
        for (var member : members.entrySet()) {
            var key = String.valueOf(member.getKey());
            var option = option(key);
            if (option == null) {
                problems.add("network " + number + " of the list: " + unknown(key));
            } else if (member.getValue() != null) {
                variables.put(key, text(member.getValue()));
            }
        }
        return variables;
    }

    private static String text(Object value) {
        if (value instanceof Map<?, ?> object) {
            var members = new LinkedHashMap<String, @Nullable Object>();
            object.forEach((key, member) -> members.put(String.valueOf(key), member));
            return Json.write(members);
        }
        return String.valueOf(value);
    }

    /** Null if no network has such a key. */
    private static @Nullable Option option(String key) {
        for (var option : Option.values()) {
            if (option.isOfNetwork() && option.name().equals(key)) {
                return option;
            }
        }
        return null;
    }

    private static String unknown(String key) {
        var ofNetworks = new ArrayList<String>();
        for (var option : Option.values()) {
            if (option.isOfNetwork()) {
                ofNetworks.add(option.name());
            } else if (option.name().equals(key)) {
                return key + " is the node's and not a network's: set it as a variable";
            }
        }
        var nearest = Nearest.to(key, ofNetworks);
        return key + " is no key of a network: "
                + (nearest == null ? "there are " + String.join(", ", ofNetworks) : nearest + " is; correct its name");
    }

    /** The networks as such a list, with all that is theirs. */
    static String write(List<Configuration> networks) {
        var list = new ArrayList<Map<String, Object>>();
        for (var network : networks) {
            var members = new LinkedHashMap<String, Object>();
            for (var option : Option.values()) {
                if (option.isOfNetwork()) {
                    members.put(option.name(), value(network, option));
                }
            }
            list.add(members);
        }
        var text = Json.print(Map.of(LIST, list));
        return text.substring(text.indexOf('['), text.lastIndexOf(']') + 1);
    }

    private static Object value(Configuration network, Option option) {
        return switch (option) {
            case PRIORITY -> network.priority();
            case MASTER_IFACE -> network.master() == null ? "" : network.master();
            case HOST_IFACE -> network.hostInterface();
            case GATEWAY -> network.gateway().toString();
            case ROUTER -> network.router() == null ? "" : network.router().toString();
            case MODE -> network.mode().text();
            case LAN_CONF_DIR -> network.lanConfDir().toString();
            case CNI_NETWORK_NAME -> network.networkName();
            case CNI_VERSION -> network.cniVersion();
            case IPAM ->
                switch (network.ipam()) {
                    case Ipam.Dhcp dhcp -> dhcp.type();
                    case Ipam.Given given -> given.members();
                };
            case CHAIN -> network.chain().text();
            case WARM_LEASES -> network.warmLeases();
            case CONFLIST -> network.conflist() ? "write" : "none";
            case FORWARD_RULE -> network.forwardRule().text();
            case MASQUERADE -> network.masquerade() ? "on" : "off";
            case LEARNING_SECONDS -> (int) network.learning().toSeconds();
            case CNI_BIN_DIR,
                    CNI_CONF_DIR,
                    NETWORKS,
                    IPTABLES_MODE,
                    RESYNC_SECONDS,
                    UNINSTALL,
                    LOG_LEVEL,
                    LOG_FORMAT,
                    METRICS,
                    NODE_NAME,
                    POD_UID -> throw new IllegalArgumentException(option + " is the node's");
        };
    }

    /** What two networks of one node cannot share, with the names of those that do. */
    static List<String> clashes(List<Configuration> networks) {
        var problems = new ArrayList<String>();
        clashes(networks, network -> network.networkName(), "CNI_NETWORK_NAME", problems);
        clashes(
                networks,
                network -> network.master() == null ? "of the default route" : network.master(),
                "MASTER_IFACE",
                problems);
        clashes(networks, Configuration::hostInterface, "HOST_IFACE", problems);
        clashes(networks, network -> network.gateway().toString(), "GATEWAY", problems);
        // the container runtime uses one network of each directory
        clashes(
                networks.stream().filter(Configuration::conflist).toList(),
                network -> network.networkDir().toString(),
                "directory for the conflist (MODE, LAN_CONF_DIR)",
                problems);
        for (var network : networks) {
            for (var other : networks) {
                if (network.hostInterface().equals(other.master())
                        && !network.networkName().equals(other.networkName())) {
                    problems.add("HOST_IFACE of the network " + network.networkName() + " and MASTER_IFACE of "
                            + other.networkName() + " are both \"" + other.master()
                            + "\": HOST_IFACE is a new interface, which the appliance makes");
                }
            }
        }
        return problems;
    }

    private static void clashes(
            List<Configuration> networks, Function<Configuration, String> value, String what, List<String> problems) {
        var byValue = new LinkedHashMap<String, List<String>>();
        for (var network : networks) {
            byValue.computeIfAbsent(value.apply(network), _ -> new ArrayList<>())
                    .add(network.networkName());
        }
        byValue.forEach((shared, names) -> {
            if (names.size() > 1) {
                problems.add("the networks " + String.join(", ", names) + " have the same " + what + ", " + shared
                        + ": give each its own");
            }
        });
    }
}
