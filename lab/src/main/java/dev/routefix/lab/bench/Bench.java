package dev.routefix.lab.bench;

import dev.routefix.lab.console.Ink;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.containerd.DaemonSet;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Every figure of speed, memory and size beside that of its peer, in one run: the image and the manifest as they are, on a node made of
 * namespaces. Run from the repository's root, as root, with the beginnings of figures' names if not all are wanted; {@code --docs} also
 * renews what docs/performance.md shows.
 */
public final class Bench {
    private static final Path MANIFEST = Path.of("manifests/route-fix.yaml");
    private static final Path TARGET = Path.of("target/bench");
    /** Outlives a run, so that the next is beside the same. */
    private static final Path PEERS = Path.of("target/reference-plugins");

    private static final String DOCS = "--docs";

    private final Progress progress;
    private final Ink ink;

    private Bench(Progress progress, Ink ink) {
        this.progress = progress;
        this.ink = ink;
    }

    public static void main(String[] args) {
        Ink ink = Ink.ofTerminal();
        List<String> words = new ArrayList<>(List.of(args));
        boolean docs = words.remove(DOCS);
        System.exit(new Bench(Progress.onStandardOutput(ink), ink).run(docs, String.join(",", words)));
    }

    /** 0 when everything could be measured: a machine's figures are no fault of the program. */
    private int run(boolean docs, String wanted) {
        try {
            Selection selection = Selection.parse(wanted);
            if (docs && !selection.isAll()) {
                throw new IllegalArgumentException("the page shows one run of everything, not of " + wanted);
            }
            if (!Netns.isRoot()) {
                progress.say("the bench makes network namespaces and containers: run it as root");
                return 1;
            }
            Peers peers = progress.step("the newest reference plugins that Debian has", () -> Peers.find(PEERS));
            progress.say("  peers: "
                    + String.join(
                            " and ",
                            peers.all().stream().map(ReferencePlugins::version).toList()));
            Report report = new Programme(DaemonSet.read(MANIFEST), selection, peers, progress).run();
            report.write(TARGET);
            if (docs) {
                PerformancePage.renew(report);
            }
            progress.print(Table.text(report.figures(), ink));
            progress.print("  " + report.machine() + "; see " + TARGET.resolve("report.json"));
            progress.print(verdict(report.missed()));
            return 0;
        } catch (IOException | RuntimeException e) {
            progress.say(ink.bad("failed: ") + e);
            return 1;
        }
    }

    private String verdict(List<Figure> missed) {
        return missed.isEmpty()
                ? "  " + ink.good("every budget is kept")
                : "  " + ink.bad("missed: ")
                        + String.join(", ", missed.stream().map(Figure::name).toList());
    }
}
