package dev.routefix.installer.config;

import dev.routefix.cni.Json;
import dev.routefix.cni.Names;
import dev.routefix.cni.SpecVersion;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the variables one by one and gathers what is wrong, so that the user hears of everything at once. */
final class ConfigurationReader {

    /** A file name's first letters: nothing hidden, nothing that leaves the directory, nothing whose order depends on a locale. */
    private static final Pattern PRIORITY = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}");

    private static final String NAME_CHARACTERS = "letters, digits, '.', '_' and '-', starting with a letter or digit";

    private static final int MOST_SECONDS = 3600;

    private static final int MOST_WARM_LEASES = 16;

    private static final int LAST_PORT = 65_535;

    private static final IpAddress NO_ADDRESS = new IpAddress(Family.IPV4, 0, 0);

    /** What stands for the directories until they are found out: what most runtimes have. */
    private static final Path UNKNOWN_BIN_DIR = Path.of("/opt/cni/bin");

    private static final Path UNKNOWN_CONF_DIR = Path.of("/etc/cni/net.d");

    private static final String ABSOLUTE = "an absolute path without \"..\" and control characters";

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();

    ConfigurationReader(Map<String, String> environment) {
        this.environment = environment;
    }

    Configuration read(String hostName) throws InvalidConfiguration {
        refuseMisspelt();
        var configuration = new Configuration(
                matching(Option.PRIORITY, PRIORITY, NAME_CHARACTERS),
                given(Option.MASTER_IFACE) == null ? null : interfaceName(Option.MASTER_IFACE),
                interfaceName(Option.HOST_IFACE),
                address(Option.GATEWAY, Option.GATEWAY.byDefault),
                directory(Option.CNI_BIN_DIR, UNKNOWN_BIN_DIR),
                directory(Option.CNI_CONF_DIR, UNKNOWN_CONF_DIR),
                choice(Option.MODE, NetworkMode.values()),
                absolutePath(Option.LAN_CONF_DIR, ABSOLUTE),
                networkName(),
                oneOf(Option.CNI_VERSION, SpecVersion.texts()),
                ipam(),
                choice(Option.CHAIN, ChainKind.values()),
                whole(Option.WARM_LEASES, "a whole number", 0, MOST_WARM_LEASES),
                oneOf(Option.CONFLIST, List.of("write", "none")).equals("write"),
                choice(Option.FORWARD_RULE, ForwardRule.values()),
                oneOf(Option.MASQUERADE, List.of("on", "off")).equals("on"),
                choice(Option.IPTABLES_MODE, IptablesMode.values()),
                seconds(Option.RESYNC_SECONDS, 1),
                seconds(Option.LEARNING_SECONDS, 0),
                choice(Option.UNINSTALL, UninstallPolicy.values()),
                choice(Option.LOG_LEVEL, LogLevel.values()),
                choice(Option.LOG_FORMAT, LogFormat.values()),
                endpoint(Option.METRICS),
                given(Option.NODE_NAME) == null ? hostName : value(Option.NODE_NAME),
                given(Option.ROUTER) == null ? null : address(Option.ROUTER, "192.168.20.1"),
                Stay.KEPT,
                List.of());
        if (configuration.hostInterface().equals(configuration.master())) {
            problems.add("HOST_IFACE and MASTER_IFACE are both \"" + configuration.master()
                    + "\": HOST_IFACE is a new interface, which the appliance makes on top of MASTER_IFACE");
        }
        if (configuration.mode() == NetworkMode.RUNTIME_CLASS
                && configuration.confDir().equals(configuration.lanConfDir())) {
            problems.add(
                    "CNI_CONF_DIR and LAN_CONF_DIR are both \"" + configuration.lanConfDir()
                            + "\": with MODE=runtime-class the network has a directory of its own, or it would be that of every pod");
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfiguration(problems);
        }
        return configuration;
    }

    private void refuseMisspelt() {
        for (var name : environment.keySet()) {
            var meant = Spelling.meant(name);
            if (meant != null) {
                problems.add(name + " is no variable of route-fix: " + meant + " is; correct its name, or remove it");
            }
        }
    }

    private @Nullable String given(Option option) {
        var text = environment.get(option.name());
        return text == null || text.isEmpty() ? null : text;
    }

    private String value(Option option) {
        var text = given(option);
        return text == null ? option.byDefault : text;
    }

    private void refuse(Option option, String wanted) {
        problems.add(option + "=\"" + value(option) + "\" " + wanted);
    }

    private String matching(Option option, Pattern pattern, String wanted) {
        var text = value(option);
        if (!pattern.matcher(text).matches()) {
            refuse(option, "must consist of " + wanted);
        }
        return text;
    }

    private String networkName() {
        var text = value(Option.CNI_NETWORK_NAME);
        if (!Names.isNetworkName(text)) {
            refuse(Option.CNI_NETWORK_NAME, "must consist of " + NAME_CHARACTERS);
        }
        return text;
    }

    private String interfaceName(Option option) {
        var text = value(option);
        if (!Names.isInterfaceName(text)) {
            refuse(option, "is no interface name: 1 to 15 characters without '/', ':' and white space");
        }
        return text;
    }

    private IpAddress address(Option option, String such) {
        try {
            var address = IpAddress.parse(value(option));
            if (address.family() == Family.IPV4 && isHostAddress(address.low())) {
                return address;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // the message below names the variable
        }
        refuse(option, "is no IPv4 address of a host, such as " + such);
        return NO_ADDRESS;
    }

    /** A literal, so that no name has to be resolved; that of IPv6 may be in brackets or not. */
    private @Nullable InetSocketAddress endpoint(Option option) {
        var text = value(option);
        if (text.equals("off")) {
            return null;
        }
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port > 0 && port <= LAST_PORT) {
                return new InetSocketAddress(
                        InetAddress.ofLiteral(text.substring(0, colon).replaceAll("^\\[|]$", "")), port);
            }
        } catch (IllegalArgumentException notAnAddress) {
            // the message below names the variable
        }
        refuse(option, "must be off, or an address and a port such as 127.0.0.1:9464");
        return null;
    }

    /** Neither 0.0.0.0/8, nor 127.0.0.0/8, nor 224.0.0.0 and above: multicast, reserved, broadcast. */
    private static boolean isHostAddress(long bits) {
        long first = bits >> 24;
        return first != 0 && first != 127 && first < 224;
    }

    private Path directory(Option option, Path unknown) {
        return option.isLeftToUs(environment) ? unknown : absolutePath(option, "auto, or " + ABSOLUTE);
    }

    private Path absolutePath(Option option, String form) {
        var path = Path.of(value(option).replace("\0", ""));
        if (!path.isAbsolute() || !path.equals(path.normalize()) || hasControlCharacters(path)) {
            refuse(option, "must be " + form);
        }
        return path;
    }

    /** The relay, which holds the path, uses them as signs of its own. */
    private static boolean hasControlCharacters(Path path) {
        return path.toString().chars().anyMatch(Character::isISOControl);
    }

    private String oneOf(Option option, List<String> allowed) {
        var text = value(option);
        if (!allowed.contains(text)) {
            refuse(option, "must be one of " + String.join(", ", allowed));
        }
        return text;
    }

    private <C extends Choice> C choice(Option option, C[] values) {
        var allowed = new ArrayList<String>();
        for (var choice : values) {
            if (choice.text().equals(value(option))) {
                return choice;
            }
            allowed.add(choice.text());
        }
        refuse(option, "must be one of " + String.join(", ", allowed));
        return values[0];
    }

    private Duration seconds(Option option, int least) {
        return Duration.ofSeconds(whole(option, "a whole number of seconds", least, MOST_SECONDS));
    }

    private int whole(Option option, String what, int least, int most) {
        try {
            int number = Integer.parseInt(value(option));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // the message below names the variable
        }
        refuse(option, "must be " + what + " from " + least + " to " + most);
        return most;
    }

    private Ipam ipam() {
        var text = value(Option.IPAM);
        if (text.equals("dhcp")) {
            return new Ipam.Dhcp();
        }
        try {
            var members = Json.read(text.getBytes(StandardCharsets.UTF_8));
            if (members.get("type") instanceof String type && Names.isNetworkName(type)) {
                return new Ipam.Given(type, members);
            }
            refuse(Option.IPAM, "lacks \"type\", the name of the plugin that hands out addresses");
        } catch (IOException e) {
            refuse(
                    Option.IPAM,
                    "must be dhcp or a JSON object such as {\"type\": \"host-local\", ...}, but " + e.getMessage());
        }
        return new Ipam.Dhcp();
    }
}
