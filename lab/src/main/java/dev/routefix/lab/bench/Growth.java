package dev.routefix.lab.bench;

import dev.routefix.lab.bench.Chart.Curve;
import dev.routefix.lab.bench.Chart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What one more pod costs on a node that has many already. */
final class Growth {
    static final List<Integer> ATTACHMENTS = List.of(1, 10, 50, 100, 250);
    static final List<String> VERBS = List.of("add", "del");
    private static final int UNCOUNTED = 5;
    private static final int ROUNDS = 100;

    private final List<Figure> figures = new ArrayList<>();
    private final List<Point> ours = new ArrayList<>();
    private final List<Point> tuning = new ArrayList<>();

    private Growth() {}

    static Growth measure(Ground ground) {
        Growth growth = new Growth();
        Calls oneMore = ground.calls(ground.ours(), Ground.SANDBOXES - 1);
        Calls beside = ground.calls(Plugin.tuning(ground.peers().installed()), Ground.SANDBOXES - 2);
        List<Calls> others = new ArrayList<>();
        for (int count : ATTACHMENTS) {
            while (others.size() < count) {
                Calls other = ground.calls(ground.ours(), others.size());
                other.add();
                others.add(other);
            }
            growth.add(
                    count,
                    new Race()
                            .with("ADD", oneMore::add)
                            .with("tuning", beside::add)
                            .with("DEL", oneMore::del)
                            .with("tuning DEL", beside::del)
                            .run(UNCOUNTED, ROUNDS));
        }
        ground.verify(others);
        others.forEach(Calls::del);
        return growth;
    }

    private void add(int count, Race.Times samples) {
        for (String verb : VERBS) {
            Sample sample = samples.of(verb.toUpperCase(Locale.ROOT));
            String one = name(verb, ATTACHMENTS.getFirst());
            double least = figures.stream()
                    .filter(figure -> figure.name().equals(one))
                    .mapToDouble(Figure::value)
                    .findFirst()
                    .orElse(sample.median());
            figures.add(Figure.of(name(verb, count), sample, "ms").beside(one, least));
        }
        ours.add(new Point(count, samples.of("ADD").median()));
        tuning.add(new Point(count, samples.of("tuning").median()));
    }

    /** The figure's name. */
    static String name(String verb, int attachments) {
        return verb + "_resident_" + attachments;
    }

    List<Figure> figures() {
        return List.copyOf(figures);
    }

    Chart chart() {
        return new Chart(
                "ADD of one more pod, median",
                "pods attached on the node",
                List.of(0.0, 50.0, 100.0, 150.0, 200.0, 250.0),
                List.of(new Curve("route-fix", ours), new Curve("tuning", tuning)));
    }
}
