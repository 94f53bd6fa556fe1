package dev.routefix.lab.bench;

import dev.routefix.lab.containerd.DaemonSet;
import java.util.ArrayList;
import java.util.List;

/** How long a node waits for its network: the appliance on a node that has nothing of it yet, and is rid of it again each time. */
final class Starts {
    private static final int RUNS = 5;
    private static final long ONE_CORE = 1000;
    private static final long TENTH = 100;

    private Starts() {}

    static List<Figure> measure(Site site, DaemonSet set) {
        return List.of(
                start("start_to_conflist_1cpu", site, set.limitedTo(ONE_CORE)).within(new Budget.AtMost(1000)),
                start("start_to_conflist_100m", site, set.limitedTo(TENTH)).within(new Budget.AtMost(5000)));
    }

    private static Figure start(String name, Site site, DaemonSet set) {
        List<Long> nanos = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            try (Appliance appliance = Appliance.start(site, set)) {
                nanos.add(appliance.startNanos());
                appliance.stop();
            }
        }
        return Figure.of(name, Sample.ofNanos(nanos), "ms");
    }
}
