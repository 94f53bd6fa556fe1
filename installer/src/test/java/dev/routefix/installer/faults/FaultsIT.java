package dev.routefix.installer.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.faults.FaultReport.Outcome;
import dev.routefix.lab.Caller;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Reply;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every {@link Fault}, on a node whose pod a client of the LAN talks to through a load balancer all the while: nothing is lost, and the node is afterwards as
 * it was before. Those that take the node's pods along are done to a second node, and the first one's connection must not notice.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final FaultReport report = new FaultReport();
    private Lan lan;
    private Site site;
    private Site second;
    private Conversation open;

    @BeforeAll
    void two_nodes_and_a_client_that_talks_to_a_pod() {
        lan = Lan.open();
        site = new Site(lan.node(1));
        second = new Site(lan.node(2));
        site.start(Noticed.AT_ONCE);
        site.pod("web");
        site.pod("peer");
        site.serve();
        site.announce();
        open = begin();
        second.start(Noticed.AT_ONCE);
        // the directories of records come with the first pod
        second.pod("first");
        second.delete("first");
    }

    @AfterAll
    void report_and_stop() throws IOException {
        report.write();
        open.close();
        site.close();
        second.close();
        lan.close();
    }

    static Stream<Fault> nothing_is_lost() {
        // those that a regular look notices come last, with a resident that looks often
        return Arrays.stream(Fault.values()).sorted(Comparator.comparing(fault -> fault.noticed));
    }

    @ParameterizedTest
    @MethodSource
    void nothing_is_lost(Fault fault) throws IOException {
        var struck = fault.lost == null ? site : second;
        struck.keep(fault.noticed);
        Poll.until(
                "all is well before",
                Site.SOON,
                () -> struck.host().ctl("status").ok());
        var before = struck.snapshot();
        struck.turnThePage();
        open.longestSilence();

        fault.strike.on(struck);
        long since = System.nanoTime();
        Poll.until("the log says " + fault.log, Site.SOON, () -> struck.page().contains(struck.here(fault.log)));
        if (fault.mend != null) {
            fault.mend.on(struck);
            since = System.nanoTime();
        }
        awaitTheSame(struck, before);
        var repair = Duration.ofNanos(System.nanoTime() - since);

        long lost = lostOfTheOpenConnection();
        everythingWorks();
        assertThat(problems(struck)).as("each problem is told once").doesNotHaveDuplicates();
        report.add(new Outcome(fault, lost, open.longestSilence(), repair));
        assertThat(lost).isZero();
    }

    private static void awaitTheSame(Site struck, Snapshot before) {
        long end = System.nanoTime() + Site.SOON.toNanos();
        var difference = struck.snapshot().since(before);
        while (!difference.isEmpty() && System.nanoTime() < end) {
            difference = struck.snapshot().since(before);
        }
        assertThat(difference)
                .as("what is not as it was; the log: %s", struck.page())
                .isEmpty();
    }

    /** Everything that was said up to now has to come back. */
    private long lostOfTheOpenConnection() {
        long sent = open.sent() + 1;
        try {
            Poll.until("answers over the open connection", Site.SOON, () -> open.heard() >= sent || broke());
        } catch (IllegalStateException silence) {
            return sent - open.heard();
        }
        assertThat(open.trouble()).as("what broke the open connection").isEmpty();
        return Math.max(0, sent - open.heard());
    }

    private boolean broke() {
        return !open.trouble().isEmpty();
    }

    private void everythingWorks() {
        var client = lan.client();
        var web = site.the("web");
        try (var balanced = begin();
                var direct = Conversation.begin(client.netns(), web.address(), PATIENCE);
                var probe = Conversation.begin(site.netns(), web.address(), PATIENCE);
                var neighbour = Conversation.begin(site.the("peer").netns(), web.address(), PATIENCE)) {
            assertThat(balanced.seenAs()).isEqualTo(client.address());
            assertThat(direct.seenAs()).isEqualTo(client.address());
            assertThat(probe.seenAs()).isEqualTo(site.node().address());
            assertThat(neighbour.seenAs()).isEqualTo(site.the("peer").address());
        }
        assertThat(ping(web.netns(), lan.router().address())).isInstanceOf(Reply.Answer.class);
    }

    private Conversation begin() {
        return Conversation.begin(
                lan.client().netns(), site.service().address(), site.service().port(), PATIENCE);
    }

    private static Reply ping(Netns from, String address) {
        return Caller.in(from, PATIENCE).ping(address);
    }

    private static Stream<String> problems(Site struck) {
        return struck.page()
                .lines()
                .filter(line -> line.contains(" error "))
                .map(line -> line.substring(line.indexOf(" error ")));
    }
}
