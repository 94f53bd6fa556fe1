package dev.routefix.lab.upgrade;

import dev.routefix.lab.Caller;
import dev.routefix.lab.Host;
import dev.routefix.lab.Reply;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A machine of the LAN that asks pods again and again whether they are there. */
final class Pings implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Thread thread;
    private volatile boolean stopped;
    private volatile int sent;
    private volatile int lost;

    private Pings(Host from, List<String> addresses) {
        Caller caller = Caller.in(from.netns(), PATIENCE);
        thread = Thread.ofPlatform().daemon().name("pings").unstarted(() -> {
            while (!stopped) {
                for (String address : addresses) {
                    ask(caller, address);
                }
            }
        });
    }

    static Pings start(Host from, Collection<String> addresses) {
        Pings pings = new Pings(from, List.copyOf(addresses));
        pings.thread.start();
        return pings;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void ask(Caller caller, String address) {
        boolean answered = caller.ping(address) instanceof Reply.Answer;
        sent++;
        lost += answered ? 0 : 1;
        LockSupport.parkNanos(PAUSE.toNanos());
    }

    int sent() {
        return sent;
    }

    int lost() {
        return lost;
    }

    /** Asks no more; returns when the last answer is there. */
    void stop() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
