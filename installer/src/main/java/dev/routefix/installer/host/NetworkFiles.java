package dev.routefix.installer.host;

import dev.routefix.installer.config.Paths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files in the directories in which a container runtime looks for networks, as they were when one was looked into first. */
final class NetworkFiles {

    private final Paths paths;
    private final Map<Path, List<String>> listings = new HashMap<>();

    NetworkFiles(Paths paths) {
        this.paths = paths;
    }

    /** Those of ours in a directory, whatever their PRIORITY. */
    List<Path> ours(Path onHost) throws IOException {
        var ours = new ArrayList<Path>();
        for (var name : names(onHost)) {
            if (name.endsWith("-route-fix.conflist")) {
                ours.add(onHost.resolve(name));
            }
        }
        return ours;
    }

    /** The names of those that a runtime reads. */
    List<String> networks(Path onHost) throws IOException {
        var networks = new ArrayList<String>();
        for (var name : names(onHost)) {
            if (name.endsWith(".conf") || name.endsWith(".conflist") || name.endsWith(".json")) {
                networks.add(name);
            }
        }
        return networks;
    }

    /** The names of all files in a directory, if there is one. */
    private List<String> names(Path onHost) throws IOException {
        var known = listings.get(onHost);
        if (known == null) {
            known = list(onHost);
            listings.put(onHost, known);
        }
        return known;
    }

    private List<String> list(Path onHost) throws IOException {
        var names = new ArrayList<String>();
        var directory = paths.here(onHost);
        if (Files.isDirectory(directory)) {
            try (var files = Files.newDirectoryStream(directory)) {
                files.forEach(file -> names.add(file.getFileName().toString()));
            }
        }
        names.sort(null);
        return names;
    }
}
