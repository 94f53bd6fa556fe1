package dev.routefix.installer.resident;

import dev.routefix.installer.log.Log;
import dev.routefix.netlink.sys.UnixConnection;
import dev.routefix.plugin.Answer;
import dev.routefix.relay.MalformedRequest;
import dev.routefix.relay.RelayAnswer;
import dev.routefix.relay.RelayRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One call from its first byte to its answer, whoever makes it. Whatever goes wrong stays with this call. */
final class Calls implements AutoCloseable {

    /** The largest request. */
    static final int LIMIT = 1 << 20;

    /** The only user who may call. */
    private static final int ROOT = 0;

    /** A runtime writes its configuration at once and closes stdin; who takes longer than this is stuck. */
    private static final Duration UNFINISHED = Duration.ofSeconds(30);

    private static final Duration LOOK = Duration.ofSeconds(10);

    /** Longer than this nobody waits for a turn, as those before may be stuck. */
    private static final Duration TURN = Duration.ofSeconds(20);

    private final Semaphore turns;
    private final Door door;
    private final Log log;
    /** When those were taken in whose request is not read yet. */
    private final Map<UnixConnection, Long> reading = new ConcurrentHashMap<>();

    private final ScheduledThreadPoolExecutor deadlines;

    /** @param atOnce so many are worked on at once */
    Calls(int atOnce, Door door, Log log) {
        turns = new Semaphore(atOnce, true);
        this.door = door;
        this.log = log;
        deadlines = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("deadlines").daemon().factory());
        var _ = deadlines.scheduleWithFixedDelay(
                this::hangUpOnTheStuck, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Answers, hangs up, and does what could wait for that. */
    void answer(UnixConnection relay) {
        var afterwards = new ArrayList<Runnable>();
        try (var turn = new Turn()) {
            answer(relay, turn, afterwards::add);
            afterwards.forEach(this::finish);
        }
    }

    private void answer(UnixConnection relay, Turn turn, Consumer<Runnable> afterwards) {
        try (relay) {
            // the socket's mode keeps others out; this is for one whose mode was changed
            int user = relay.user();
            if (user != ROOT) {
                log.warn("a call by user " + user + " is refused: only root may");
                return;
            }
            answerTo(relay, turn, afterwards).write(relay.out());
        } catch (IOException e) {
            log.debug("a caller was gone before its answer: " + e.getMessage());
        }
    }

    /** The caller has his answer, and cannot be told any more. */
    private void finish(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            log.error("a fault in route-fix itself, please report it: " + e);
        }
    }

    private RelayAnswer answerTo(UnixConnection relay, Turn turn, Consumer<Runnable> afterwards) throws IOException {
        try {
            var request = read(relay);
            turn.await();
            return door.enter(request, afterwards);
        } catch (MalformedRequest e) {
            log.warn("a call is refused: " + e.getMessage());
            return refusal(Answer.refused("route-fix refuses this call: " + e.getMessage()));
        } catch (RuntimeException | Error e) {
            log.error("a fault in route-fix itself, please report it: " + e);
            return refusal(Answer.fault(e));
        }
    }

    /** A call's place among those that are worked on. */
    private final class Turn implements AutoCloseable {
        private boolean taken;

        void await() {
            try {
                taken = turns.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            if (taken) {
                turns.release();
            }
        }
    }

    private RelayRequest read(UnixConnection relay) throws IOException {
        reading.put(relay, System.nanoTime());
        try {
            return RelayRequest.read(relay.in(), LIMIT);
        } finally {
            reading.remove(relay);
        }
    }

    private void hangUpOnTheStuck() {
        long now = System.nanoTime();
        reading.forEach((relay, since) -> {
            if (now - since > UNFINISHED.toNanos()) {
                log.warn("a call is refused: it was not complete after " + UNFINISHED.toSeconds() + " s");
                relay.hangUp();
            }
        });
    }

    private static RelayAnswer refusal(Answer answer) {
        return new RelayAnswer(answer.exitCode(), answer.stdout(), answer.log());
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
    }
}
