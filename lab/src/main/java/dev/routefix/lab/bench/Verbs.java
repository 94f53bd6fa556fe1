package dev.routefix.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whole processes of ADD, CHECK and DEL, ours and two of the reference plugins by turns, each on a sandbox of its own. */
final class Verbs {
    private static final int UNCOUNTED = 30;
    private static final int ROUNDS = 400;
    private static final int LIMITED_ROUNDS = 200;
    private static final Budget HALF = new Budget.RatioAtMost(0.5);
    private static final List<String> VERBS = List.of("ADD", "DEL", "CHECK");

    private final Ground ground;
    private final Calls ours;
    private final Calls tuning;
    private final Calls sbr;
    /** Of the newest reference plugins. */
    private final Optional<Calls> newest;

    Verbs(Ground ground) {
        ReferencePlugins installed = ground.peers().installed();
        this.ground = ground;
        this.ours = ground.calls(ground.ours(), 0);
        this.tuning = ground.calls(Plugin.tuning(installed), 1);
        this.sbr = ground.calls(Plugin.sbr(installed), 2);
        this.newest = ground.peers().newest().map(plugins -> ground.calls(Plugin.tuning(plugins), 3));
    }

    /** All of it, with all the CPU there is. The samples are by name, such as {@code sbr ADD}. */
    Race.Times run() {
        verify();
        Race race = new Race()
                .with("ours ADD", ours::add)
                .with("tuning ADD", tuning::add)
                .with("sbr ADD", sbr::add)
                .with("ours CHECK", ours::check)
                .with("tuning CHECK", tuning::check)
                .with("ours DEL", ours::del)
                .with("tuning DEL", tuning::del)
                .with("sbr DEL", sbr::del);
        newest.ifPresent(calls -> race.with("newest ADD", calls::add)
                .with("newest CHECK", calls::check)
                .with("newest DEL", calls::del));
        return race.run(UNCOUNTED, ROUNDS);
    }

    /** That our ADD does in the kernel what it says. */
    private void verify() {
        ours.add();
        ground.verify(List.of(ours));
        ours.del();
    }

    List<Figure> figures(Race.Times samples) {
        List<Figure> figures = new ArrayList<>();
        for (String verb : VERBS) {
            figures.add(figure(verb, "resident", samples, "tuning", tuning).within(HALF));
        }
        newest.ifPresent(calls ->
                VERBS.forEach(verb -> figures.add(figure(verb, "resident" + Peers.VS_NEWEST, samples, "newest", calls)
                        .within(HALF))));
        figures.add(figure("ADD", "resident_vs_sbr", samples, "sbr", sbr));
        figures.add(figure("DEL", "resident_vs_sbr", samples, "sbr", sbr));
        return figures;
    }

    private static Figure figure(String verb, String suffix, Race.Times samples, String runner, Calls peer) {
        Sample theirs = samples.of(runner + " " + verb);
        return Figure.of(verb.toLowerCase(Locale.ROOT) + "_" + suffix, samples.of("ours " + verb), "ms")
                .beside(peer.plugin().name(), theirs.median());
    }

    /** The same ADD while the container has what its manifest gives it. */
    Figure limited() {
        Race.Times samples = new Race()
                .with("ours", ours::add)
                .with("tuning", tuning::add)
                .with("ours DEL", ours::del)
                .with("tuning DEL", tuning::del)
                .run(UNCOUNTED, LIMITED_ROUNDS);
        return Figure.of("add_resident_100m", samples.of("ours"), "ms")
                .beside(tuning.plugin().name(), samples.of("tuning").median());
    }
}
