package dev.routefix.netlink.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.sys.Refusal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What no real kernel does on demand: tables that move, answers that are late, lost or broken. */
final class ConversationTest {

    private static final int DONE = 3;
    private static final int ERROR = 2;
    private static final int DUMP_INTERRUPTED = 0x10;
    private static final ScriptedKernel.Message END = new ScriptedKernel.Message(DONE, 0, number(0));
    private static final ScriptedKernel.Message ACK = error(0);

    private final ScriptedKernel kernel = new ScriptedKernel();
    private final Rtnetlink netlink = new Rtnetlink(kernel);

    @Test
    void reads_a_table_again_that_changed_meanwhile_and_gives_the_second_reading_only() {
        kernel.answers(0, link(1, 0), link(2, DUMP_INTERRUPTED), END).answers(0, link(3, 0), END);

        assertThat(netlink.links()).extracting(link -> link.index()).containsExactly(3);
        assertThat(kernel.sends()).isEqualTo(2);
    }

    @Test
    void reads_again_if_only_the_end_tells_that_the_table_changed() {
        var changed = new ScriptedKernel.Message(DONE, DUMP_INTERRUPTED, number(0));
        kernel.answers(0, link(1, 0), changed).answers(0, link(3, 0), END);

        assertThat(netlink.links()).extracting(link -> link.index()).containsExactly(3);
    }

    @Test
    void gives_up_on_a_table_that_never_stands_still() {
        for (int turn = 0; turn < Conversation.DUMPS; turn++) {
            kernel.answers(0, link(1, DUMP_INTERRUPTED), END);
        }

        assertThatThrownBy(netlink::links)
                .isInstanceOf(NetlinkException.class)
                .hasMessageContaining("cannot list interfaces: EINTR")
                .hasMessageContaining("the table changed while it was read");
    }

    @Test
    void passes_over_the_late_answers_of_an_older_request() {
        kernel.answers(-1, link(1, 0), END).answers(0, link(2, 0)).answers(0, END);

        assertThat(netlink.links()).extracting(link -> link.index()).containsExactly(2);

        kernel.answers(-1, error(-Errno.EPERM.number)).answers(0, link(7, 0));
        assertThat(netlink.link("eth0")).extracting(link -> link.index()).isEqualTo(7);

        kernel.answers(-1, error(-Errno.EPERM.number)).answers(0, ACK);
        netlink.apply(List.of(new Change.DeleteLink(7)));
    }

    @Test
    void says_what_a_dump_ended_with() {
        kernel.answers(0, link(1, 0), new ScriptedKernel.Message(DONE, 0, number(-Errno.ENOMEM.number)));

        assertThatThrownBy(netlink::links).hasMessage("cannot list interfaces: ENOMEM, out of memory");
    }

    @Test
    void says_what_it_waited_for_in_vain() {
        kernel.fails(new Refusal(Errno.EAGAIN.number, "waiting for the answer"));

        assertThatThrownBy(() -> netlink.apply(List.of(new Change.DeleteLink(7))))
                .hasMessage("cannot delete interface #7: EAGAIN, timed out (waiting for the answer)");
    }

    @Test
    void says_that_answers_were_lost() {
        kernel.fails(new Refusal(Errno.ENOBUFS.number, "waiting for the answer"));

        assertThatThrownBy(netlink::links)
                .hasMessageStartingWith("cannot list interfaces: ENOBUFS, the socket's buffer overflowed");
    }

    @Test
    void asks_only_the_last_of_a_batch_for_an_answer_and_takes_that_for_all() {
        kernel.answers(0, ACK);

        netlink.apply(
                List.of(new Change.SetFlags(1, 1, 1), new Change.SetFlags(2, 1, 1), new Change.SetFlags(3, 1, 1)));

        assertThat(kernel.sends()).isEqualTo(1);
    }

    @Test
    void throws_for_the_first_change_that_was_refused() {
        kernel.answers(-1, error(-Errno.EPERM.number)).answers(0, error(-Errno.EBUSY.number));

        assertThatThrownBy(() -> netlink.apply(List.of(
                        new Change.SetFlags(1, 1, 1), new Change.SetFlags(2, 1, 1), new Change.SetFlags(3, 1, 1))))
                .hasMessage("cannot set flags 0x1 of 0x1 on #2: EPERM, operation not permitted");
    }

    @Test
    void asks_nothing_for_no_changes() {
        netlink.apply(List.of());

        assertThat(kernel.sends()).isZero();
    }

    private static ScriptedKernel.Message link(int index, int flags) {
        ByteBuffer body = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putInt(4, index);
        return new ScriptedKernel.Message(16, flags, body);
    }

    private static ScriptedKernel.Message error(int error) {
        ByteBuffer body = ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .putInt(0, error)
                .putInt(4, 16);
        return new ScriptedKernel.Message(ERROR, 0, body);
    }

    private static ByteBuffer number(int number) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0, number);
    }
}
