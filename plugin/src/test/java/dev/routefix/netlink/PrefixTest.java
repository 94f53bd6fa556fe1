package dev.routefix.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PrefixTest {

    @ParameterizedTest
    @CsvSource({
        "255.255.255.255/0, 0.0.0.0/0",
        "255.255.255.255/1, 128.0.0.0/1",
        "192.168.2.76/24, 192.168.2.0/24",
        "192.168.2.77/31, 192.168.2.76/31",
        "192.168.2.77/32, 192.168.2.77/32",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/0, ::/0",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/1, 8000::/1",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/63, ffff:ffff:ffff:fffe::/63",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/64, ffff:ffff:ffff:ffff::/64",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/65, ffff:ffff:ffff:ffff:8000::/65",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127, ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
    })
    void clears_the_bits_right_of_its_length(String text, String network) {
        assertThat(Prefix.parse(text).network()).isEqualTo(Prefix.parse(network));
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/1, 127.255.255.255, true",
        "0.0.0.0/1, 128.0.0.0, false",
        "192.168.2.76/31, 192.168.2.77, true",
        "192.168.2.76/31, 192.168.2.78, false",
        "192.168.2.76/32, 192.168.2.76, true",
        "192.168.2.76/32, 192.168.2.77, false",
        "::/0, ffff::, true",
        "fd00::/63, fd00:0:0:1::1, true",
        "fd00::/63, fd00:0:0:2::1, false",
        "fd00::/64, fd00::ffff:ffff:ffff:ffff, true",
        "fd00::/64, fd00:0:0:1::, false",
        "fd00::/65, fd00::7fff:ffff:ffff:ffff, true",
        "fd00::/65, fd00::8000:0:0:0, false",
        "fd00::2/127, fd00::3, true",
        "fd00::2/127, fd00::4, false",
        "fd00::2/128, fd00::2, true",
        "fd00::2/128, fd00::3, false",
        "0.0.0.0/0, ::1, false",
        "::/0, 10.0.0.1, false",
    })
    void contains_the_addresses_that_share_its_first_bits(String prefix, String address, boolean contained) {
        assertThat(Prefix.parse(prefix).contains(IpAddress.parse(address))).isEqualTo(contained);
    }

    @Test
    void keeps_the_bits_right_of_its_length_for_an_interfaces_address() {
        assertThat(Prefix.parse("192.168.2.76/24")).hasToString("192.168.2.76/24");
    }

    @Test
    void knows_the_default_and_a_host() {
        assertThat(Prefix.defaultOf(Family.IPV4))
                .isEqualTo(Prefix.parse("0.0.0.0/0"))
                .hasToString("default");
        assertThat(Prefix.defaultOf(Family.IPV6).isDefault()).isTrue();
        assertThat(Prefix.parse("10.0.0.1/32").isHost()).isTrue();
        assertThat(Prefix.parse("fd00::1/32").isHost()).isFalse();
    }

    @Test
    void clears_the_host_bits_of_a_routes_destination() {
        var route = new Route(Prefix.parse("192.168.2.76/24"), null, 1, null, Scope.LINK, Route.OURS, 0);

        assertThat(route.destination()).isEqualTo(Prefix.parse("192.168.2.0/24"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.1",
                "10.0.0.1/",
                "10.0.0.1/33",
                "10.0.0.1/-1",
                "10.0.0.1/a",
                "fd00::/129",
                "/8",
                "10.0.0.1/8/8"
            })
    void refuses_what_is_no_prefix_and_quotes_it(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prefix.parse(text))
                .withMessageContaining("\"" + text.replaceAll("^/8$", ""));
    }
}
