package dev.routefix.installer.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.LogFormat;
import dev.routefix.installer.config.LogLevel;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.Log;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Poll;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the node is looked at for, at once, and what it is not. */
class WatchIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** The watches of interfaces and of rules ring when they begin. */
    private static final int AT_FIRST = 2;

    @TempDir
    Path directory;

    private final AtomicInteger rung = new AtomicInteger();
    private Netns node;

    @BeforeEach
    void a_watched_node() throws Exception {
        node = Netns.create("watch");
        node.ip("""
                link add eth0 type veth peer name lan0
                link set eth0 up
                link set lan0 up
                link add mac0 link eth0 type macvlan mode bridge
                link set mac0 up
                """);
        var configuration = Configuration.parse(
                Map.of(
                        "MASTER_IFACE", "eth0",
                        "CNI_BIN_DIR", directory.toString(),
                        "CNI_CONF_DIR", directory.toString()),
                "n1");
        var log = new Log(new PrintStream(System.err), LogLevel.INFO, LogFormat.TEXT, Clock.systemUTC());
        node.call(() -> {
            Watch.start(Paths.under(directory), configuration, rung::incrementAndGet, log);
            return null;
        });
        awaitRings(AT_FIRST);
    }

    @AfterEach
    void gone() {
        node.close();
    }

    @Test
    void pods_that_come_and_go_are_no_reason_to_look() {
        for (int pod = 0; pod < 5; pod++) {
            node.ip("link add pod" + pod + " link eth0 type macvlan mode bridge");
        }
        for (int pod = 0; pod < 5; pod++) {
            node.ip("link delete pod" + pod);
        }

        // told after all of that
        node.ip("address add 169.254.1.1/32 dev mac0");

        awaitRings(AT_FIRST + 1);
        assertThat(rung).hasValue(AT_FIRST + 1);
    }

    @Test
    void a_parent_that_changes_is_one() {
        node.ip("link set eth0 mtu 1400");

        awaitRings(AT_FIRST + 1);
    }

    @Test
    void an_interface_of_ours_that_goes_and_comes_is_one_each_time() {
        node.ip("link delete mac0");
        awaitRings(AT_FIRST + 1);

        node.ip("link add mac0 link eth0 type macvlan mode bridge");
        awaitRings(AT_FIRST + 2);
    }

    private void awaitRings(int times) {
        Poll.until("the bell has rung " + times + " times", SOON, () -> rung.get() >= times);
    }
}
