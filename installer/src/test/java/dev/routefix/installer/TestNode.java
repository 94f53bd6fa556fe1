package dev.routefix.installer;

import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.FileTree;
import dev.routefix.lab.run.Output;
import dev.routefix.lab.run.Run;
import dev.routefix.relay.Machine;
import dev.routefix.relay.Relay;
import dev.routefix.relay.RelaySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A node in a network namespace of its own, with the image's files and the host's directories below a temporary one; the installer runs in it
 * as a process, from the class path.
 */
public final class TestNode implements AutoCloseable {

    public static final String BUILD = "0.1.0-test";

    private final Path root;
    private final Netns netns;
    private final boolean ours;

    /** What the host has of its own. */
    private final Set<Path> hostsOwn = new HashSet<>();

    private int runs;

    /** A node with {@code eth0} at 192.168.2.10/24 and a default route. */
    public TestNode() {
        this(Netns.create("node"), true);
        netns.ip("""
                link set lo up
                link add eth0 address 02:00:00:00:02:0a type veth peer name lan0
                link set lan0 up
                link set eth0 up
                address add 192.168.2.10/24 dev eth0
                route add default via 192.168.2.1
                """);
    }

    /** The files of a node whose network somebody else made, and takes away. */
    public TestNode(Netns netns) {
        this(netns, false);
    }

    private TestNode(Netns netns, boolean ours) {
        this.netns = netns;
        this.ours = ours;
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new IllegalStateException("this test needs root: it makes network namespaces");
        }
        root = Run.current().directory("node");
        try {
            Files.createDirectories(root.resolve("usr"));
            Files.createSymbolicLink(root.resolve("usr/sbin"), Path.of("/usr/sbin"));
            Files.createDirectories(root.resolve("opt/route-fix/bin"));
            Files.writeString(root.resolve("opt/route-fix/build"), BUILD + "\n");
            executable("opt/route-fix/bin/ld.so", """
                    #!/bin/sh
                    java="%s -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+DisplayVMOutputToStderr --enable-native-access=ALL-UNNAMED -cp %s"
                    home=${0%%/bin/ld.so}
                    case "$*" in
                      *" retire") exec $java -Droutefix.root=%3$s -Droutefix.home=$home dev.routefix.installer.InstallerMain retire ;;
                      */sbin/xtables-*) shift 2; unset XTABLES_LIBDIR; exec "$@" ;;
                      *) exec $java -Droute-fix.run=%3$s/run/route-fix -Droute-fix.state=%3$s/var/lib/route-fix \\
                           -Droute-fix.home=$home dev.routefix.plugin.PluginMain ;;
                    esac
                    """.formatted(
                            Path.of(System.getProperty("java.home"), "bin", "java"),
                            System.getProperty("java.class.path"),
                            root));
            for (var program : List.of("xtables-nft-multi", "xtables-legacy-multi")) {
                executable("opt/route-fix/sbin/" + program, "#!/bin/sh\nexec /usr/sbin/" + program + " \"$@\"\n");
            }
            Files.createDirectories(binDir());
            bring("static", "host-local");
            Files.createDirectories(confDir());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies reference plugins to the host, as its own. */
    void bring(String... plugins) throws IOException {
        for (var plugin : plugins) {
            Files.copy(Path.of("/usr/lib/cni", plugin), binDir().resolve(plugin));
            hostsOwn.add(binDir().resolve(plugin));
        }
    }

    /** Gives the host a file of its own. */
    void bring(Path file, String text) throws IOException {
        Files.writeString(file, text);
        hostsOwn.add(file);
    }

    /** The same node with plugins of its own for CHAIN=reference; without DHCP it needs no daemon of theirs. */
    TestNode withReferencePlugins() throws IOException {
        bring("macvlan", "dhcp");
        return this;
    }

    private void executable(String place, String text) throws IOException {
        var file = root.resolve(place);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    public Netns netns() {
        return netns;
    }

    /** A path of the node's, such as {@code run/route-fix}. */
    public Path at(String path) {
        return root.resolve(path);
    }

    public Path binDir() {
        return root.resolve("opt/cni/bin");
    }

    public Path confDir() {
        return root.resolve("etc/cni/net.d");
    }

    public Path conflist() {
        return confDir().resolve("0-route-fix.conflist");
    }

    /** Runs the installer to its end; {@code environment} are words such as {@code IPAM=dhcp}. */
    public Output installer(String command, String... environment) {
        return java(command, environment).attempt();
    }

    /** Starts {@code run} and waits until it says it has installed. */
    public Background run(String... environment) {
        var process = java("run", environment).start(root.resolve("run-" + ++runs + ".log"));
        process.awaitLog("looking after it", Duration.ofSeconds(60));
        return process;
    }

    /** What the image's {@code ctl} does: asks the resident. */
    public Output ctl(String word) {
        return ctl(word, Map.of());
    }

    /** The same with more words behind the first. */
    Output ctl(String... words) {
        return ctl(List.of(words), Map.of());
    }

    /** The same in a container with that environment. */
    Output ctl(String word, Map<String, String> environment) {
        return ctl(List.of(word), environment);
    }

    private Output ctl(List<String> words, Map<String, String> environment) {
        var ctl = root.resolve("ctl");
        var settings =
                RelaySettings.client(root.resolve("run/route-fix/ctl.sock").toString(), Duration.ofSeconds(60));
        try {
            Files.write(ctl, Relay.of(settings, Machine.here()).executable());
            Files.setPosixFilePermissions(ctl, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var argv = new ArrayList<>(List.of(ctl.toString()));
        argv.addAll(words);
        return Command.of(argv.toArray(String[]::new)).env(environment).attempt();
    }

    /** Calls the plugin as a runtime does. */
    public Command plugin(String verb, String containerId, Netns sandbox, String stdin) {
        return netns.command(List.of(binDir().resolve("route-fix").toString()))
                .env(Map.of(
                        "CNI_COMMAND",
                        verb,
                        "CNI_CONTAINERID",
                        containerId,
                        "CNI_NETNS",
                        sandbox.path().toString(),
                        "CNI_IFNAME",
                        "eth0",
                        "CNI_PATH",
                        binDir().toString()))
                .stdin(stdin);
    }

    public Command java(String command, String... environment) {
        return java(command.isEmpty() ? List.of() : List.of(command), environment);
    }

    /** The installer with those words on its command line. */
    Command java(List<String> words, String... environment) {
        var argv = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx16m",
                "--enable-native-access=ALL-UNNAMED",
                "-Droutefix.root=" + root,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.routefix.installer.InstallerMain"));
        argv.addAll(words);
        var variables = new HashMap<>(Map.of(
                "CNI_BIN_DIR",
                binDir().toString(),
                "CNI_CONF_DIR",
                confDir().toString(),
                "LAN_CONF_DIR",
                at("etc/cni/lan.d").toString(),
                "NODE_NAME",
                "node-1",
                "RESYNC_SECONDS",
                "1"));
        for (var variable : environment) {
            int equals = variable.indexOf('=');
            variables.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return netns.command(argv).env(variables);
    }

    /** What a reboot does: /run is empty, the interfaces of our making and the packet filter's rules are gone. */
    public void reboot() throws IOException {
        try (var walk = Files.walk(root.resolve("run"))) {
            for (var file : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.createDirectory(root.resolve("run"));
        netns.ip("link delete mac0");
        iptables("nft", "-F", "FORWARD");
        iptables("nft", "-t", "mangle", "-F", "FORWARD");
        iptables("nft", "-t", "nat", "-F", "POSTROUTING");
    }

    /** Every file below the directories that belong to the host, but for what it had from the beginning. */
    public List<String> files() {
        var files = new TreeSet<String>();
        for (var directory : List.of("opt/cni", "etc", "run", "var")) {
            for (var file : FileTree.paths(root.resolve(directory))) {
                if (!Files.isDirectory(file) && !hostsOwn.contains(file)) {
                    files.add(root.relativize(file).toString());
                }
            }
        }
        return List.copyOf(files);
    }

    /** The rules of a chain in one packet filter, as listed, without its policy. */
    public List<String> rules(String mode, String table, String chain) {
        return netns.run("xtables-" + mode + "-multi", "iptables", "-t", table, "-S", chain)
                .stdout()
                .lines()
                .filter(line -> line.startsWith("-A "))
                .toList();
    }

    public void iptables(String mode, String... arguments) {
        var argv = new ArrayList<>(List.of("xtables-" + mode + "-multi", "iptables"));
        argv.addAll(List.of(arguments));
        netns.command(argv).run();
    }

    @Override
    public void close() {
        if (ours) {
            netns.close();
        }
        try (var walk = Files.walk(root)) {
            for (var file : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
