package dev.routefix.lab.e2e;

import dev.routefix.lab.Caller;
import dev.routefix.lab.Flow;
import dev.routefix.lab.Host;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.run.Pause;
import java.time.Duration;
import java.util.List;

/** The LAN's client asks pods, and a load balancer, again and again while something happens to the cluster. */
final class Traffic implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Thread thread;
    private volatile boolean stopped;
    private int asked;
    private int answered;
    private String last = "";

    private Traffic(Host client, List<Pod> pods, String balancer, int port) {
        Caller caller = Caller.in(client.netns(), PATIENCE);
        thread = Thread.ofPlatform().daemon().name("traffic").unstarted(() -> {
            while (!stopped) {
                pods.forEach(pod -> count(caller.tcp(pod.address(), Pod.PORT)));
                count(caller.tcp(balancer, port));
                Pause.of(PAUSE);
            }
        });
    }

    static Traffic start(Host client, List<Pod> pods, String balancer, int port) {
        Traffic traffic = new Traffic(client, pods, balancer, port);
        traffic.thread.start();
        return traffic;
    }

    private void count(Reply reply) {
        asked++;
        switch (reply) {
            case Reply.Answer _ -> answered++;
            case Reply.Silence(String why) -> last = why;
        }
    }

    /** Asks no more; how many of how many were answered. */
    Flow stop(String name) {
        close();
        return new Flow(name, answered, asked, last);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
