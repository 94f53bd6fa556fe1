package dev.routefix.lab.soak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.lab.Pod;
import dev.routefix.lab.bench.Plugin;
import dev.routefix.lab.containerd.NodeRoot;
import dev.routefix.lab.net.Spawner;
import dev.routefix.lab.net.Spawner.Prepared;
import dev.routefix.lab.run.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * One pod after the other in the same place, as a runtime makes and ends them: mostly well, now and then badly. What a call answers is judged at
 * once; whatever comes, a DEL succeeds in the end, as a runtime would not stop asking for it.
 */
final class PodLife implements AutoCloseable {
    /** The specification's "invalid network config". */
    private static final int INVALID_CONFIG = 7;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Plugin plugin;
    private final Body body;
    private final Presence presence;
    private final Tally tally;
    private final SplittableRandom random;
    private final Spawner spawner;
    private final List<Prepared> jobs = new ArrayList<>();
    private final Prepared version;
    private final Prepared add;
    private final Prepared check;
    private final Prepared del;
    private final Prepared addRefused;
    private final Prepared delRefused;

    PodLife(NodeRoot root, Plugin plugin, Body body, Presence presence, Tally tally, long seed) {
        this.plugin = body.configured(plugin);
        this.body = body;
        this.presence = presence;
        this.tally = tally;
        random = new SplittableRandom(seed);
        spawner = Spawner.in(root.namespaces());
        Path directory = Run.current().directory("soak");
        version = job(directory, "VERSION", Pod.LINK, body.prevResult());
        add = job(directory, "ADD", Pod.LINK, body.prevResult());
        check = job(directory, "CHECK", Pod.LINK, body.prevResult());
        del = job(directory, "DEL", Pod.LINK, body.prevResult());
        addRefused = job(directory, "ADD", body.refused(), body.refusedResult());
        delRefused = job(directory, "DEL", body.refused(), body.refusedResult());
    }

    private Prepared job(Path directory, String verb, String ifname, JsonNode prevResult) {
        return prepared(plugin.job(verb, body.container(), ifname, directory, verb + "-" + ifname)
                .reading(plugin.stdin(prevResult)));
    }

    private Prepared prepared(Spawner.Job job) {
        Prepared prepared = Prepared.of(job);
        jobs.add(prepared);
        return prepared;
    }

    /** One pod's life, of a kind that chance decides. */
    void live() {
        int chance = random.nextInt(100);
        if (chance < 60) {
            comesAndGoes(chance);
        } else if (chance < 70) {
            failsToCome();
        } else if (chance < 80) {
            goesWhileItComes();
        } else if (chance < 90) {
            goesBeforeItCame();
        } else {
            dies();
        }
    }

    /** Every kind once, so that the appliance has done everything before it is looked at. */
    void liveEveryLife() {
        comesAndGoes(0);
        failsToCome();
        goesWhileItComes();
        goesBeforeItCame();
        dies();
    }

    private void comesAndGoes(int chance) {
        if (chance % 5 == 0) {
            demand("VERSION", call("VERSION", version));
        }
        if (attaches()) {
            demand("CHECK", call("CHECK", check));
        }
        detach("DEL");
        if (chance % 4 == 0) {
            detach("DEL, again");
        }
        renew();
    }

    /** An interface that will not do; the runtime clears up behind it all the same. */
    private void failsToCome() {
        String what = "ADD of an interface that will not do";
        Outcome outcome = call(what, addRefused);
        if (outcome.code() != INVALID_CONFIG && !outcome.isPutOff()) {
            fault(what, outcome);
        }
        detach("DEL of an interface that will not do", delRefused);
    }

    private void goesWhileItComes() {
        String what = "ADD, with its DEL at the same time";
        Presence.Seen<Spawner.Ended> seen = presence.during(() -> spawner.runAll(List.of(add, del)));
        Outcome added = outcome(what, add, seen.result().exits().getFirst(), seen.disturbed());
        // What is taken away while it is being made does not come to be.
        if (added.code() != Outcome.TRY_AGAIN) {
            demand(what, added);
        }
        demand(
                "DEL",
                outcome(
                        "DEL, with its ADD at the same time",
                        del,
                        seen.result().exits().getLast(),
                        seen.disturbed()));
        detach("DEL");
        renew();
    }

    private void goesBeforeItCame() {
        detach("DEL of what never came");
        if (attaches()) {
            detach("DEL");
            renew();
        } else {
            detach("DEL");
        }
    }

    /** Its namespace is gone when DEL comes. */
    private void dies() {
        boolean attached = attaches();
        if (attached) {
            body.die();
        }
        detach("DEL of a pod that is gone");
        if (attached) {
            body.recreate();
        }
    }

    /** ADD; CHECK and DEL are given its answer from now on. */
    private boolean attaches() {
        Outcome outcome = call("ADD", add);
        demand("ADD", outcome);
        if (!outcome.ok()) {
            return false;
        }
        if (outcome.answer().path("ips").size() != 1) {
            fault("ADD", outcome);
            return false;
        }
        for (Prepared later : List.of(check, del)) {
            later.job().reading(plugin.stdin(outcome.answer()));
        }
        return true;
    }

    /** A resident that was killed when it had answered may have left the interface to the next DEL, as runtimes make more than one. */
    private void renew() {
        Presence.Seen<Boolean> detached = presence.during(body::isDetached);
        if (!detached.result() && detached.disturbed()) {
            detach("DEL, as whoever answered the first was killed");
        }
        body.renew();
    }

    private void detach(String what) {
        detach(what, del);
    }

    private void detach(String what, Prepared job) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Outcome outcome = call(what, job);
        while (outcome.isPutOff() && System.nanoTime() < end) {
            LockSupport.parkNanos(PAUSE.toNanos());
            outcome = call(what, job);
        }
        if (!outcome.ok()) {
            fault(what, outcome);
        } else if (!outcome.text().isEmpty()) {
            tally.fault(what + " for " + body.name() + " said " + outcome.text());
        }
    }

    private Outcome call(String what, Prepared job) {
        Presence.Seen<Spawner.Ended> seen = presence.during(() -> spawner.run(job));
        return outcome(what, job, seen.result().exits().getFirst(), seen.disturbed());
    }

    private Outcome outcome(String what, Prepared job, int exit, boolean disturbed) {
        Outcome outcome = Outcome.of(exit, job.job().out(), job.job().err(), disturbed);
        tally.count(what, outcome.kind());
        return outcome;
    }

    private void demand(String what, Outcome outcome) {
        if (!outcome.ok() && !outcome.isPutOff()) {
            fault(what, outcome);
        }
    }

    private void fault(String what, Outcome outcome) {
        tally.fault("%s for %s ended with %s: %s".formatted(what, body.name(), outcome.kind(), outcome.text()));
    }

    @Override
    public void close() {
        jobs.forEach(Prepared::close);
        body.close();
        spawner.close();
    }
}
