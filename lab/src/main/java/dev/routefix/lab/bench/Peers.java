package dev.routefix.lab.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The reference plugins that figures are measured beside.
 *
 * @param installed this machine's
 * @param newest the newest that Debian has; empty where they are the same or cannot be had
 */
record Peers(ReferencePlugins installed, Optional<ReferencePlugins> newest) {
    /** At the end of the name of a figure that is beside the newest. */
    static final String VS_NEWEST = "_vs_newest";

    /** @param directory keeps what is downloaded */
    static Peers find(Path directory) {
        ReferencePlugins installed = ReferencePlugins.installed();
        return new Peers(
                installed,
                ReferencePlugins.newest(directory)
                        .filter(newest -> !newest.version().equals(installed.version())));
    }

    /** The installed ones first. */
    List<ReferencePlugins> all() {
        List<ReferencePlugins> all = new ArrayList<>(List.of(installed));
        newest.ifPresent(all::add);
        return List.copyOf(all);
    }

    /** A figure beside each of the peers, in the order of {@link #all}; what the peers' values are is in their samples. */
    static List<Figure> beside(Figure figure, List<String> names, List<Sample> samples) {
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Figure named = i == 0 ? figure : figure.called(figure.name() + VS_NEWEST);
            figures.add(named.beside(names.get(i), samples.get(i).median()));
        }
        return figures;
    }
}
