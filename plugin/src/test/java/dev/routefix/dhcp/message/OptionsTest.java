package dev.routefix.dhcp.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Options of a message, as RFC 2132, 3396, 3397 and 3442 have them. */
final class OptionsTest {

    private static final String COOKIE = "63825363";

    private static ByteBuffer hex(String text) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(text));
    }

    private static Options read(String field, String file, String sname) {
        return Options.read(hex(COOKIE + field), hex(file), hex(sname));
    }

    @Test
    void a_long_option_is_split_and_put_together_again() {
        var value = "x".repeat(600);
        var buffer = ByteBuffer.allocate(700);
        new Options().putText(Code.DOMAIN_NAME, value).write(buffer);

        assertThat(buffer.position()).isEqualTo(4 + 600 + 3 * 2 + 1);
        assertThat(buffer.get(5) & 0xff).isEqualTo(255);
        assertThat(Options.read(buffer.flip(), hex("ff"), hex("ff")).text(Code.DOMAIN_NAME))
                .isEqualTo(value);
    }

    @Test
    void an_option_in_several_places_is_put_together_in_the_order_options_file_sname() {
        var options = read("340103" + "0f0161" + "ff", "0f0162ff", "0f0163ff");

        assertThat(options.text(Code.DOMAIN_NAME)).isEqualTo("abc");
    }

    @Test
    void file_and_sname_are_names_unless_option_52_says_otherwise() {
        assertThat(read("ff", "0f0162ff", "0f0163ff").has(Code.DOMAIN_NAME)).isFalse();
        assertThat(read("340101ff", "0f0162ff", "0f0163ff").text(Code.DOMAIN_NAME))
                .isEqualTo("b");
        assertThat(read("340102ff", "0f0162ff", "0f0163ff").text(Code.DOMAIN_NAME))
                .isEqualTo("c");
    }

    @Test
    void an_overload_within_an_overload_means_nothing() {
        var options = read("340101ff", "340103" + "0f0162ff", "0f0163ff");

        assertThat(options.text(Code.DOMAIN_NAME)).isEqualTo("b");
    }

    @Test
    void what_ends_within_an_option_or_without_an_end_is_refused() {
        assertThatThrownBy(() -> read("0f05616263", "ff", "ff")).hasMessageContaining("within option 15");
        assertThatThrownBy(() -> read("0f", "ff", "ff")).hasMessageContaining("within option 15");
        assertThatThrownBy(() -> read("0f0161", "ff", "ff")).hasMessageContaining("cut short");
        assertThatThrownBy(() -> read("340101ff", "000000", "ff")).hasMessageContaining("cut short");
        assertThatThrownBy(() -> read("340104ff", "ff", "ff")).hasMessageContaining("option 52");
        assertThatThrownBy(() -> read("34020101ff", "ff", "ff")).hasMessageContaining("option 52");
    }

    @Test
    void a_value_of_another_length_is_none() {
        var options = read("0103ffffff" + "3a020001" + "0606c0a80201c0a8" + "ff", "ff", "ff");

        assertThatThrownBy(() -> options.address(Code.SUBNET_MASK)).hasMessageContaining("3 bytes in option 1 ");
        assertThatThrownBy(() -> options.number(Code.RENEWAL_TIME, 4)).isInstanceOf(MalformedMessage.class);
        assertThat(options.addresses(Code.DOMAIN_NAME_SERVER)).isEmpty();
    }

    @Test
    void text_loses_the_NULs_at_its_end_and_what_would_break_a_log() {
        assertThat(read("3806610a621b0000" + "ff", "ff", "ff").text(Code.MESSAGE))
                .isEqualTo("a?b?");
    }

    @Test
    void names_of_a_search_list_point_back_to_their_common_ends() {
        // eng.apple.com. and marketing.apple.com., the example of RFC 3397
        var value = HexFormat.of().parseHex("03656e67056170706c6503636f6d00" + "096d61726b6574696e67c004");

        assertThat(DomainNames.read(value)).containsExactly("eng.apple.com", "marketing.apple.com");
    }

    @Test
    void a_name_that_points_at_itself_or_forward_or_holds_a_line_end_is_refused() {
        for (var bad : new String[] {"c000", "0161c000", "c002016100", "01610161c0", "0361620a00", "3f61", "0161"}) {
            assertThatThrownBy(() -> DomainNames.read(HexFormat.of().parseHex(bad)))
                    .as(bad)
                    .isInstanceOf(MalformedMessage.class);
        }
        assertThat(DomainNames.isName("lan\nnameserver 6.6.6.6")).isFalse();
        assertThat(DomainNames.isName("a..b")).isFalse();
        assertThat(DomainNames.isName("home.arpa.")).isFalse();
        assertThat(DomainNames.isName("home.arpa")).isTrue();
    }

    @Test
    void classless_routes_have_as_many_bytes_as_matter() {
        // RFC 3442: 0/0, 10/8, 10.17.0.0/16 and a host's, each by 192.168.2.1
        var value = HexFormat.of().parseHex("00c0a80201" + "080ac0a80201" + "100a11c0a80201" + "200a000001c0a80201");

        var router = IpAddress.parse("192.168.2.1");
        assertThat(ClasslessRoutes.read(value))
                .containsExactly(
                        new ClasslessRoutes.Entry(Prefix.parse("0.0.0.0/0"), router),
                        new ClasslessRoutes.Entry(Prefix.parse("10.0.0.0/8"), router),
                        new ClasslessRoutes.Entry(Prefix.parse("10.17.0.0/16"), router),
                        new ClasslessRoutes.Entry(Prefix.parse("10.0.0.1/32"), router));
        for (var bad : new String[] {"21c0a80201c0a80201", "18c0a802c0a8", "08"}) {
            assertThatThrownBy(() -> ClasslessRoutes.read(HexFormat.of().parseHex(bad)))
                    .isInstanceOf(MalformedMessage.class);
        }
    }

    @Test
    void a_name_that_is_not_complete_has_no_end() {
        assertThat(new String(DomainNames.writePartial("web-0"), StandardCharsets.US_ASCII))
                .isEqualTo("\u0005web-0");
    }
}
