package dev.routefix.netlink.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.net.Netns;
import dev.routefix.netlink.Event;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real kernel tells unasked. */
class SubscriptionIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final BlockingQueue<Event> told = new LinkedBlockingQueue<>();
    private Netns node;

    @BeforeEach
    void a_node() {
        node = Netns.create("events");
        node.ip("link add eth0 type veth peer name lan0\nlink set eth0 up\nlink set lan0 up\n");
    }

    @AfterEach
    void gone() {
        node.close();
    }

    @Test
    void tells_of_an_interface_that_comes_changes_and_goes() {
        listen(Subscription::toLinks);

        node.ip("link add mac0 link eth0 type macvlan mode bridge");
        await(event -> event instanceof Event.LinkChanged changed
                && changed.link().name().equals("mac0")
                && !changed.link().isUp());
        node.ip("link set mac0 up");
        await(event -> event instanceof Event.LinkChanged changed
                && changed.link().name().equals("mac0")
                && changed.link().isUp());
        node.ip("link delete mac0");
        await(event -> event instanceof Event.LinkGone);
    }

    @Test
    void tells_of_addresses() {
        node.ip("link add mac0 link eth0 type macvlan mode bridge\nlink set mac0 up\n");
        listen(Subscription::toLinks);

        node.ip("address add 169.254.1.1/32 dev mac0");
        await(event -> event instanceof Event.AddressChanged);
    }

    @Test
    void tells_that_rules_of_nftables_changed() {
        listen(Subscription::toRules);

        node.run("xtables-nft-multi", "iptables", "-I", "FORWARD", "1", "-i", "lo", "-j", "ACCEPT");

        await(event -> event instanceof Event.RulesChanged);
    }

    @Test
    void says_so_when_more_happened_than_it_could_take_in() {
        var subscription = node.call(Subscription::toLinks);
        var lines = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            lines.append("link set eth0 mtu ").append(1_000 + i % 2).append('\n');
        }
        node.ip(lines.toString());

        drain(subscription);
        await(event -> event instanceof Event.SomeLost);
    }

    /** Listens in the node's namespace, on a thread that goes with the test's JVM. */
    private void listen(Supplier<Subscription> opener) {
        drain(node.call(opener::get));
    }

    private void drain(Subscription subscription) {
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                told.addAll(subscription.await());
            }
        });
    }

    private void await(Predicate<Event> expected) {
        long deadline = System.nanoTime() + SOON.toNanos();
        try {
            while (true) {
                var event = told.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                assertThat(event).as("what was awaited").isNotNull();
                if (expected.test(event)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
