package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Two archives of the same release, layer by layer.
 *
 * @param lines what is the same and what differs, by layer and file
 * @param same whether nothing differs but AOT caches, which hold timings of their training run
 */
record Comparison(List<String> lines, boolean same) {

    static Comparison of(Path one, Path other) throws IOException {
        var lines = new ArrayList<String>();
        boolean same = true;
        try (var first = new OciArchive(one);
                var second = new OciArchive(other)) {
            Map<String, List<String>> ours = first.layers();
            Map<String, List<String>> theirs = second.layers();
            if (!ours.keySet().equals(theirs.keySet())) {
                lines.add("architectures: " + ours.keySet() + " and " + theirs.keySet());
                same = false;
            }
            for (var layers : ours.entrySet()) {
                String architecture = layers.getKey();
                List<String> mine = layers.getValue();
                List<String> its = theirs.getOrDefault(architecture, List.of());
                if (mine.size() != its.size()) {
                    lines.add("%s: %d layers and %d".formatted(architecture, mine.size(), its.size()));
                    same = false;
                    continue;
                }
                for (int i = 0; i < mine.size(); i++) {
                    String name = "%s layer %d".formatted(architecture, i + 1);
                    if (mine.get(i).equals(its.get(i))) {
                        lines.add("%s: same, %s".formatted(name, mine.get(i)));
                    } else {
                        same &= explain(name, first.files(mine.get(i)), second.files(its.get(i)), lines);
                    }
                }
            }
        }
        return new Comparison(lines, same);
    }

    /** Says which files of a layer differ; returns whether they may. */
    private static boolean explain(
            String name, Map<String, String> one, Map<String, String> other, List<String> lines) {
        boolean may = true;
        var paths = new TreeSet<>(one.keySet());
        paths.addAll(other.keySet());
        int before = lines.size();
        for (String path : paths) {
            String here = one.getOrDefault(path, "missing");
            String there = other.getOrDefault(path, "missing");
            if (!here.equals(there)) {
                boolean cache = path.endsWith(".aot") && one.containsKey(path) && other.containsKey(path);
                lines.add("%s: %s differs%s: %s and %s"
                        .formatted(name, path, cache ? ", as an AOT cache may" : "", here, there));
                may &= cache;
            }
        }
        if (lines.size() == before) {
            lines.add(name + ": same files, packed otherwise");
        }
        return may;
    }
}
