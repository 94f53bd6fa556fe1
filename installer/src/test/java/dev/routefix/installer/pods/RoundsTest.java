package dev.routefix.installer.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.attachment.Attachment;
import dev.routefix.cni.AttachmentId;
import dev.routefix.netlink.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private final AtomicLong now = new AtomicLong();
    private final Rounds rounds = new Rounds(now::get);

    @Test
    void a_pod_that_comes_is_looked_into_when_the_plugins_after_ours_are_through_and_then_rarely() {
        rounds.keep(List.of(), _ -> false);
        var pod = pod(1);
        rounds.keep(List.of(pod), _ -> false);
        assertThat(rounds.isDue(pod.id())).isFalse();
        passes(Duration.ofSeconds(3));
        assertThat(rounds.isDue(pod.id())).isTrue();
        rounds.isWell(pod.id());
        passes(Duration.ofMinutes(4));
        assertThat(rounds.isDue(pod.id())).isFalse();
        passes(Duration.ofMinutes(12));
        assertThat(rounds.isDue(pod.id())).isTrue();
    }

    @Test
    void a_pod_after_whose_plugin_no_other_comes_is_not_looked_into_right_after_its_ADD() {
        rounds.keep(List.of(), _ -> false);
        rounds.keep(List.of(pod(1)), _ -> true);
        passes(Duration.ofMinutes(4));
        assertThat(rounds.isDue(pod(1).id())).isFalse();
        passes(Duration.ofMinutes(12));
        assertThat(rounds.isDue(pod(1).id())).isTrue();
    }

    @Test
    void a_pod_that_was_there_before_is_looked_into_at_once() {
        rounds.keep(List.of(pod(1)), _ -> false);
        assertThat(rounds.isDue(pod(1).id())).isTrue();
    }

    @Test
    void a_pod_that_is_not_well_stays_due() {
        rounds.keep(List.of(pod(1)), _ -> false);
        assertThat(rounds.isDue(pod(1).id())).isTrue();
        rounds.keep(List.of(pod(1)), _ -> false);
        assertThat(rounds.isDue(pod(1).id())).isTrue();
    }

    @Test
    void a_hundred_pods_that_were_looked_into_together_are_not_due_together() {
        var pods = new ArrayList<Attachment>();
        for (int i = 0; i < 100; i++) {
            pods.add(pod(i));
        }
        rounds.keep(pods, _ -> false);
        pods.forEach(pod -> rounds.isWell(pod.id()));
        int most = 0;
        int all = 0;
        for (int look = 0; look < 120; look++) {
            passes(Duration.ofSeconds(10));
            int due = 0;
            for (var pod : pods) {
                if (rounds.isDue(pod.id())) {
                    rounds.isWell(pod.id());
                    due++;
                }
            }
            most = Math.max(most, due);
            all += due;
        }
        assertThat(most).isLessThan(10);
        assertThat(all).isBetween(100, 300);
    }

    @Test
    void what_is_gone_is_forgotten() {
        rounds.keep(List.of(pod(1)), _ -> false);
        rounds.isWell(pod(1).id());
        rounds.keep(List.of(pod(2)), _ -> false);
        rounds.keep(List.of(pod(1)), _ -> false);
        passes(Duration.ofSeconds(3));
        assertThat(rounds.isDue(pod(1).id())).isTrue();
    }

    private void passes(Duration duration) {
        now.addAndGet(duration.toNanos());
    }

    private static Attachment pod(int number) {
        var id = new AttachmentId("container" + number, "eth0");
        return new Attachment(id, "/run/netns/" + number, "", "mac0", List.of(IpAddress.parse("10.0.0." + number)));
    }
}
