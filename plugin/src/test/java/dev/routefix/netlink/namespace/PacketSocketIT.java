package dev.routefix.netlink.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.sys.PacketSocket;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a packet socket hears of an interface with a macvlan on it. */
final class PacketSocketIT {

    private static final MacAddress OWN = MacAddress.parse("02:00:00:00:00:76");
    private static final MacAddress CHILD = MacAddress.parse("02:00:00:00:00:4c");
    private static final MacAddress OTHER = MacAddress.parse("02:00:00:00:00:4d");

    private final TestNamespace namespace = TestNamespace.withEth0();
    private final int eth0 = namespace.eth0;
    private int child;
    private int peer;
    private PacketSocket mouth;
    private PacketSocket ear;

    @BeforeEach
    void open() {
        namespace.ip("link add pod0 link eth0 address " + CHILD + " type macvlan mode bridge");
        // nothing is sent but by the test
        namespace.ip("link set pod0 addrgenmode none");
        namespace.ip("link set pod0 up");
        child = index("pod0");
        peer = index("peer0");
        mouth = Namespace.inside(namespace.path(), (_, _) -> PacketSocket.open());
        ear = Namespace.inside(namespace.path(), (_, _) -> PacketSocket.hearing(eth0, OWN));
    }

    @AfterEach
    void close() {
        ear.close();
        mouth.close();
        namespace.close();
    }

    @Test
    void hears_whom_the_interface_sends_for_each_once() {
        mouth.show(child, CHILD, MacAddress.BROADCAST);
        mouth.show(child, CHILD, OTHER);
        mouth.show(eth0, OTHER, MacAddress.BROADCAST);

        assertThat(ear.senders()).containsExactlyInAnyOrder(CHILD, OTHER);
        assertThat(ear.senders()).isEmpty();
    }

    @Test
    void hears_neither_the_interface_itself_nor_what_arrives_nor_what_it_sends_itself() {
        mouth.show(eth0, OWN, MacAddress.BROADCAST);
        mouth.show(peer, OTHER, MacAddress.BROADCAST);
        ear.show(eth0, OTHER, MacAddress.BROADCAST);

        assertThat(ear.senders()).isEmpty();
    }

    @Test
    void a_flood_of_frames_is_read_in_one_go_and_leaves_nothing_behind() {
        for (int i = 0; i < 2000; i++) {
            mouth.show(child, CHILD, MacAddress.BROADCAST);
        }

        assertThat(ear.senders()).containsExactly(CHILD);
        assertThat(ear.senders()).isEmpty();
    }

    @Test
    void an_interface_that_is_down_refuses_frames_and_is_heard_again_when_it_is_up() {
        namespace.ip("link set eth0 down");
        assertThatThrownBy(() -> mouth.show(eth0, CHILD, MacAddress.BROADCAST))
                .isInstanceOfSatisfying(
                        NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENETDOWN.number))
                .hasMessageContaining(CHILD.toString());
        assertThat(ear.senders()).isEmpty();

        namespace.ip("link set eth0 up");
        namespace.ip("link set pod0 up");
        mouth.show(child, CHILD, MacAddress.BROADCAST);

        assertThat(ear.senders()).containsExactly(CHILD);
    }

    @Test
    void one_that_was_opened_to_send_hears_nothing() {
        ear.show(child, CHILD, MacAddress.BROADCAST);

        assertThat(mouth.senders()).isEmpty();
    }

    @Test
    void an_interface_that_is_not_there_cannot_be_heard() {
        assertThatThrownBy(() -> Namespace.inside(namespace.path(), (_, _) -> PacketSocket.hearing(4711, OWN)))
                .isInstanceOf(NetlinkException.class)
                .hasMessageStartingWith("cannot listen to what #4711 sends: ENODEV");
    }

    private int index(String link) {
        return Namespace.inside(
                namespace.path(),
                (netlink, _) -> Objects.requireNonNull(netlink.link(link)).index());
    }
}
