package dev.routefix.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ErrnoTest {

    @Test
    void describes_an_error_by_its_name_and_in_words() {
        assertThat(Errno.describe(17)).isEqualTo("EEXIST, exists already");
    }

    @Test
    void describes_an_unlisted_error_by_its_number() {
        assertThat(Errno.describe(4095)).isEqualTo("errno 4095");
    }

    @Test
    void lists_no_number_twice() {
        assertThat(Arrays.stream(Errno.values()).map(errno -> errno.number)).doesNotHaveDuplicates();
    }

    @Test
    void ends_a_message_with_the_kernels_words_if_there_are_any() {
        assertThat(new NetlinkException("add route default dev #3", 100, ""))
                .hasMessage("cannot add route default dev #3: ENETDOWN, interface is down");
        assertThat(new NetlinkException("add route default dev #3", 100, "Device for nexthop is not up"))
                .hasMessageEndingWith("interface is down (Device for nexthop is not up)");
    }
}
