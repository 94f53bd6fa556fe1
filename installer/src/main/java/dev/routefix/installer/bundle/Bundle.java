package dev.routefix.installer.bundle;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Option;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.host.Host;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.netlink.NetlinkException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Supplier;

/** What somebody needs who is to find out from afar what is wrong with a node. What cannot be read says so in its place. */
public final class Bundle {

    /** Of each part at most; all of them have to fit into a small heap and into a relay's answer. */
    private static final int MOST = 48 * 1024;

    private static final String CUT = "\n... cut here\n";

    private final Paths paths;
    private final Configuration configuration;
    private final Map<String, String> environment;
    private final TextArchive archive = new TextArchive(System.currentTimeMillis() / 1000);

    /** @param environment the appliance's, of which only its own settings are told */
    public Bundle(Paths paths, Configuration configuration, Map<String, String> environment) {
        this.paths = paths;
        this.configuration = configuration;
        this.environment = environment;
    }

    /**
     * The archive, to be written out in UTF-8.
     *
     * @param host tells of the packet filters
     */
    public String text(Host host, Supplier<String> status, Supplier<String> doctor, Supplier<String> log) {
        add("status.txt", status);
        add("doctor.json", doctor);
        add("log.txt", log);
        add("settings.txt", this::settings);
        add("versions.txt", this::versions);
        add("network.txt", NetworkText::ofThisNode);
        add("iptables.txt", host::rules);
        add("conflists.txt", this::conflists);
        add("attachments.txt", () -> files(paths.run().resolve("attachments"), false));
        add("leases.txt", () -> files(paths.state().resolve("leases"), false));
        return archive.text();
    }

    private void add(String name, Supplier<String> content) {
        String text;
        try {
            text = content.get();
        } catch (HostProblem | NetlinkException e) {
            text = "cannot be told: " + e.getMessage() + "\n";
        }
        archive.add("route-fix/" + name, text.length() > MOST ? text.substring(0, MOST) + CUT : text);
    }

    private String settings() {
        var text = new StringBuilder();
        for (var option : Option.values()) {
            var value = environment.get(option.name());
            text.append(option.name()).append('=').append(value == null ? "\n" : Redaction.of(value));
        }
        return text.toString();
    }

    private String conflists() {
        var text = new StringBuilder();
        for (var network : configuration.networks()) {
            text.append(files(paths.here(network.networkDir()), true));
        }
        return text.toString();
    }

    private String versions() {
        return "build    " + line(paths.runtime().resolve("build")) + "java     " + Runtime.version() + "\nkernel   "
                + line(paths.proc().resolve("version")) + "system   "
                + line(paths.hostRoot().resolve("etc/os-release"));
    }

    /** The first line of a file. */
    private static String line(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElse("") + "\n";
        } catch (IOException e) {
            return "unknown (" + e.getMessage() + ")\n";
        }
    }

    /** Every file of a directory and of those in it. */
    private static String files(Path directory, boolean others) {
        var text = new StringBuilder();
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : sorted(files)) {
                if (text.length() > MOST) {
                    break; // it is cut anyway
                }
                if (Files.isDirectory(file)) {
                    text.append(files(file, others));
                } else {
                    text.append("--- ")
                            .append(file)
                            .append('\n')
                            .append(content(file, others))
                            .append('\n');
                }
            }
        } catch (NoSuchFileException none) {
            text.append("there is no ").append(directory).append('\n');
        } catch (IOException e) {
            text.append("cannot read ")
                    .append(directory)
                    .append(": ")
                    .append(e.getMessage())
                    .append('\n');
        }
        return text.toString();
    }

    private static Iterable<Path> sorted(DirectoryStream<Path> files) {
        var list = new ArrayList<Path>();
        files.forEach(list::add);
        list.sort(null);
        return list;
    }

    private static String content(Path file, boolean others) {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(MOST);
            return others ? Redaction.of(bytes) : new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "cannot be read: " + e.getMessage();
        }
    }
}
