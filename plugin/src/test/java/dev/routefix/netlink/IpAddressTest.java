package dev.routefix.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.168.2.76", "255.255.255.255", "::", "::1", "fd00::76", "2001:db8::1:0:0:1"})
    void prints_what_it_read(String text) {
        assertThat(IpAddress.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "0:0:0:0:0:0:0:0, ::",
        "1:0:0:0:0:0:0:0, 1::",
        "fe80:0:0:0:0:0:0:1, fe80::1",
        "::ffff:192.168.2.76, ::ffff:c0a8:24c",
    })
    void prints_ipv6_as_rfc_5952_wants_it(String text, String printed) {
        assertThat(IpAddress.parse(text)).hasToString(printed);
    }

    @Test
    void keeps_a_v4_mapped_address_ipv6() {
        IpAddress mapped = IpAddress.parse("::ffff:192.168.2.76");

        assertThat(mapped.family()).isEqualTo(Family.IPV6);
        assertThat(mapped).isNotEqualTo(IpAddress.parse("192.168.2.76"));
        assertThat(mapped.toBytes()).hasSize(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "200.1.2.3", "::ffff:192.168.2.76", "fd00::76", "ffff::ffff"})
    void survives_the_way_to_bytes_and_back(String text) {
        IpAddress address = IpAddress.parse(text);

        assertThat(IpAddress.of(address.family(), ByteBuffer.wrap(address.toBytes())))
                .isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "1.2.3.-4",
                "1.2.3.4 ",
                "010.0.0.1",
                "1.2.3.00",
                "1..2.3",
                ".1.2.3",
                "1.2.3.",
                "1.2.3.\u0664",
                "1.2.3.4\n",
                "0x1.2.3.4",
                "1234.1.1.1",
                "localhost",
                "example.org",
                "fe80::1%eth0",
                "[::1]",
                "12345::",
                "1::2::3",
                ":::",
                "10.0.0.0/8",
                "::ffff:300.1.1.1",
                "1:2:3:4:5:6:7"
            })
    void refuses_what_is_no_literal_address_and_quotes_it(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpAddress.parse(text))
                .withMessage("\"" + text + "\" is not an IP address");
    }

    @Test
    void alone_is_a_prefix_of_full_length() {
        assertThat(IpAddress.parse("192.168.2.76").host()).hasToString("192.168.2.76/32");
        assertThat(IpAddress.parse("fd00::76").host()).hasToString("fd00::76/128");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"192.168.2.76", "1.0.0.1", "223.255.255.255", "240.0.0.1", "fd00::76", "fe80::1", "::2", "8000::"
            })
    void one_host_can_have_it(String text) {
        assertThat(IpAddress.parse(text).isOfOneHost()).isTrue();
        assertThat(IpAddress.parse(text).isMulticast()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "127.0.0.1",
                "224.0.0.251",
                "239.255.255.255",
                "255.255.255.255",
                "::",
                "::1",
                "ff02::fb"
            })
    void no_host_can_have_it_for_its_own(String text) {
        assertThat(IpAddress.parse(text).isOfOneHost()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"224.0.0.0", "224.0.0.251", "239.255.255.255", "ff02::fb"})
    void groups_are_told_from_hosts(String text) {
        assertThat(IpAddress.parse(text).isMulticast()).isTrue();
    }
}
