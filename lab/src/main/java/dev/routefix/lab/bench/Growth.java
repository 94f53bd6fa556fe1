package dev.routefix.lab.bench;

import dev.routefix.lab.bench.Chart.Curve;
import dev.routefix.lab.bench.Chart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What one more pod costs on a node that has many already. */
final class Growth {
    private static final List<Integer> ATTACHMENTS = List.of(1, 10, 50, 100, 250);
    private static final int UNCOUNTED = 5;
    private static final int ROUNDS = 100;

    private final List<Figure> figures = new ArrayList<>();
    private final List<Point> ours = new ArrayList<>();
    private final List<Point> tuning = new ArrayList<>();

    private Growth() {}

    static Growth measure(Ground ground) {
        Growth growth = new Growth();
        Calls oneMore = ground.calls(ground.ours(), Ground.SANDBOXES - 1);
        Calls beside = ground.calls(Plugin.tuning(), Ground.SANDBOXES - 2);
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
        for (String verb : List.of("add", "del")) {
            Sample sample = samples.of(verb.toUpperCase(Locale.ROOT));
            String one = verb + "_resident_" + ATTACHMENTS.getFirst();
            double least = figures.stream()
                    .filter(figure -> figure.name().equals(one))
                    .mapToDouble(Figure::value)
                    .findFirst()
                    .orElse(sample.median());
            figures.add(Figure.of(verb + "_resident_" + count, sample, "ms").beside(one, least));
        }
        ours.add(new Point(count, samples.of("ADD").median()));
        tuning.add(new Point(count, samples.of("tuning").median()));
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
