package dev.routefix.lab.bench;

import dev.routefix.lab.net.Spawner;
import java.nio.file.Files;
import java.util.List;

/** The same calls with nobody resident: the runtime on the host is started for each, beside a JVM that does nothing. */
final class Fallback {
    private static final int UNCOUNTED = 3;
    private static final int ROUNDS = 40;

    private Fallback() {}

    /** The appliance has to be killed by then. The samples are by name: ADD, CHECK, DEL, empty. */
    static Race.Times run(Ground ground) {
        Spawner.Prepared empty = EmptyJvm.beside(ground.site().node().root()).prepare();
        Calls ours = ground.calls(ground.ours(), 0);
        ours.add();
        ground.verify(List.of(ours));
        ours.del();
        return new Race()
                .with("ADD", ours::add)
                .with("empty", () -> run(ground.spawner(), empty))
                .with("CHECK", ours::check)
                .with("DEL", ours::del)
                .run(UNCOUNTED, ROUNDS);
    }

    private static long run(Spawner spawner, Spawner.Prepared empty) {
        Spawner.Ended ended = spawner.run(empty);
        try {
            if (ended.exits().getFirst() != 0
                    || Files.size(empty.job().stdout()) + Files.size(empty.job().stderr()) > 0) {
                throw new IllegalStateException("the empty JVM did not end in silence, but with exit code "
                        + ended.exits() + ": " + Files.readString(empty.job().stderr()));
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return ended.nanos();
    }

    static List<Figure> figures(Race.Times samples) {
        double empty = samples.of("empty").median();
        return List.of(
                Figure.of("add_fallback", samples.of("ADD"), "ms")
                        .beside("empty_jvm", empty)
                        .within(new Budget.RatioAtMost(2.75)),
                Figure.of("check_fallback", samples.of("CHECK"), "ms").beside("empty_jvm", empty),
                Figure.of("del_fallback", samples.of("DEL"), "ms").beside("empty_jvm", empty));
    }
}
