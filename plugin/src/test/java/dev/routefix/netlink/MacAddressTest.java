package dev.routefix.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MacAddressTest {

    @ParameterizedTest
    @ValueSource(strings = {"02:fc:00:00:00:01", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"})
    void prints_what_it_read_and_survives_the_way_to_bytes_and_back(String text) {
        MacAddress mac = MacAddress.parse(text);

        assertThat(mac).hasToString(text);
        assertThat(MacAddress.of(mac.toBytes())).isEqualTo(mac);
    }

    @Test
    void reads_capital_letters_too() {
        assertThat(MacAddress.parse("02:FC:00:00:00:0A")).hasToString("02:fc:00:00:00:0a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "02", "02:fc:00:00:00", "02:fc:00:00:00:01:02", "02-fc-00-00-00-01", "0g:00:00:00:00:00"})
    void refuses_what_is_no_hardware_address_and_quotes_it(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MacAddress.parse(text))
                .withMessageStartingWith("\"" + text + "\" is not a MAC address");
    }

    @Test
    void refuses_more_than_48_bits() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MacAddress(1L << 48));
    }
}
