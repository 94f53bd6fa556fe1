package dev.routefix.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {

    @Test
    void keeps_every_kind_of_value_and_their_order() throws IOException {
        var text = """
            {"z":"\\u00e4\\n","a":[1,[],{}],"int":-7,"long":4294967296,"big":123456789012345678901234567890,\
            "decimal":0.10,"yes":true,"no":false,"none":null,"":{"deep":[null]}}""";
        var object = read(text);
        assertThat(object)
                .containsEntry("int", -7)
                .containsEntry("long", 4294967296L)
                .containsEntry("big", new BigInteger("123456789012345678901234567890"))
                .containsEntry("decimal", new BigDecimal("0.10"))
                .containsEntry("none", null);
        assertThat(object.keySet()).containsExactly("z", "a", "int", "long", "big", "decimal", "yes", "no", "none", "");
        assertThat(Json.write(object)).isEqualTo(text.replace("\\u00e4", "\u00e4"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "null",
                "{",
                "{]",
                "{\"a\":1",
                "{\"a\":1}}",
                "{} {}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":1}}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":1e99999999999}",
                "{\"a\":1,}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1}x",
                "{/**/}",
                "{\"a\nb\":1,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":[1,]}",
                "{\"a\":\"\n\"}",
                "\u0000"
            })
    void refuses_what_is_not_exactly_one_object(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .message()
                .startsWith("it ")
                .doesNotContain("\n");
    }

    @Test
    void reads_255_levels_and_refuses_one_more() throws IOException {
        assertThat(read("{\"a\":" + "[".repeat(254) + "]".repeat(254) + "}")).containsKey("a");
        assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(255) + "]".repeat(255) + "}"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void refuses_what_is_nested_too_deep_and_numbers_that_are_too_long() {
        assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(100_000))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("{\"a\":" + "1".repeat(100_000) + "}")).isInstanceOf(IOException.class);
    }

    @Test
    void refuses_other_encodings() {
        assertThatThrownBy(() -> Json.read("{\"a\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessage("it is not in UTF-8");
        assertThatThrownBy(() -> Json.read("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Json.read("{\"a\":1}".getBytes(StandardCharsets.UTF_16)))
                .hasMessage("it is not in UTF-8");
    }

    @Test
    void says_where_the_fault_is() {
        assertThatThrownBy(() -> read("{\"plugins\":[{\"type\":\"macvlan\",}]}"))
                .hasMessage("it is no JSON object (character 31, in $.plugins[0].type)");
        assertThatThrownBy(() -> read("{\"ipam\":{\"type\":\"dhcp\",\"type\":\"static\"}}"))
                .hasMessage("it is no JSON object (character 31, in $.ipam.type)");
        assertThatThrownBy(() -> read("{\"a\\nb\":[1,2,x]}"))
                .hasMessage("it is no JSON object (character 14, in $.a\\nb[2])");
    }

    @Test
    void prints_for_people() {
        assertThat(Json.print(Map.of("files", List.of("a", 1, Map.of("b", List.of()), Map.of()))))
                .isEqualTo("""
            {
              "files": [
                "a",
                1,
                {
                  "b": []
                },
                {}
              ]
            }
            """);
    }

    @Test
    void refuses_to_write_what_is_no_JSON_value() {
        assertThatThrownBy(() -> Json.write(Map.of("a", new Object()))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.write(Map.of("a", Double.NaN))).isInstanceOf(IllegalArgumentException.class);
    }

    private static Map<String, @Nullable Object> read(String text) throws IOException {
        return Json.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
