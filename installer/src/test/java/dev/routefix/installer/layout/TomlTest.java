package dev.routefix.installer.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TomlTest {

    /** Everything that TOML has, around what is asked for. */
    private static final String WHOLE = """
            # containerd's, more or less
            version = 3
            imports = [ '/etc/a.toml', # one
              "b\\u002etoml" ,
            ]
            oom_score = -999
            enabled = true
            since = 1979-05-27T07:32:00Z
            of.dots = "in keys"
            of . "quoted.one" = 'too'
            numbers = [1, [2, 3], {a = "inner"}, "four"]
            inline = { first = "1", nested = { second = '2' }, third = [ "3" ] }

            [grpc]
              address = "/run/containerd/containerd.sock"	# a tab before this

            [plugins.'io.containerd.cri.v1.runtime'.cni]
              bin_dirs = ["/opt/cni/bin", '/usr/lib/cni']
              conf_dir = '/etc/cni/net.d'
              conf_template = \"""
            [plugins]
              conf_dir = "not this"
            \"""
            [[proxy]]
              address = "one"
            [[proxy]]
              address = "two"
            [ last . "table" ]
              text = \"""
            first \\
                second\"""
              lines = '''
            'a'
            b\\n'''
            """;

    @Test
    void strings_and_lists_of_strings_are_read_by_their_keys() throws Exception {
        var toml = Toml.parse(WHOLE);

        assertThat(toml.strings("imports")).containsExactly("/etc/a.toml", "b.toml");
        assertThat(toml.strings("of", "dots")).containsExactly("in keys");
        assertThat(toml.strings("of", "quoted.one")).containsExactly("too");
        assertThat(toml.strings("grpc", "address")).containsExactly("/run/containerd/containerd.sock");
        assertThat(toml.strings("plugins", "io.containerd.cri.v1.runtime", "cni", "bin_dirs"))
                .containsExactly("/opt/cni/bin", "/usr/lib/cni");
        assertThat(toml.strings("plugins", "io.containerd.cri.v1.runtime", "cni", "conf_dir"))
                .containsExactly("/etc/cni/net.d");
        assertThat(toml.strings("inline", "nested", "second")).containsExactly("2");
        assertThat(toml.strings("inline", "third")).containsExactly("3");
        assertThat(toml.strings("last", "table", "text")).containsExactly("first second");
        assertThat(toml.strings("last", "table", "lines")).containsExactly("'a'\nb\\n");
    }

    @Test
    void what_is_no_text_is_passed_over() throws Exception {
        var toml = Toml.parse(WHOLE);

        assertThat(toml.strings("version")).isEmpty();
        assertThat(toml.strings("enabled")).isEmpty();
        assertThat(toml.strings("since")).isEmpty();
        assertThat(toml.strings("numbers")).containsExactly("four");
        assertThat(toml.strings("proxy", "address")).isEmpty();
        assertThat(toml.strings("plugins", "conf_dir")).isEmpty();
    }

    @Test
    void lines_may_end_as_on_Windows_and_the_last_need_not_end() throws Exception {
        var toml = Toml.parse("[a]\r\nb = \"c\" # d\r\ne = 'f'");

        assertThat(toml.strings("a", "b")).containsExactly("c");
        assertThat(toml.strings("a", "e")).containsExactly("f");
    }

    @Test
    void escapes_are_what_they_stand_for() throws Exception {
        var toml = Toml.parse("a = \"\\b\\t\\n\\f\\r\\\"\\\\ \\u00e9 \\U0001F600\"");

        assertThat(toml.strings("a")).containsExactly("\b\t\n\f\r\"\\ é 😀");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n[a",
                "\n[[a]",
                "\na",
                "\na =",
                "\n= 'b'",
                "\na = 'b",
                "\na = \"b\n\"",
                "\na = \"\"\"b",
                "\na = '''b''",
                "\na = \"\\q\"",
                "\na = \"\\u12\"",
                "\na = \"\\UFFFFFFFF\"",
                "\na = ['b'",
                "\na = ['b' 'c']",
                "\na = {b = 'c'",
                "\na = {b = 'c' d = 'e'}",
                "\na = 'b' c = 'd'",
                "\na..b = 'c'",
                "\na b = 'c'"
            })
    void what_is_malformed_is_refused_with_its_line(String text) {
        assertThatThrownBy(() -> Toml.parse(text))
                .isInstanceOf(Toml.Malformed.class)
                .message()
                .matches("line [23]: .+");
    }

    @Test
    void values_in_values_without_end_are_refused() {
        assertThatThrownBy(() -> Toml.parse("a = " + "[".repeat(100_000)))
                .isInstanceOf(Toml.Malformed.class)
                .hasMessageContaining("too deep");
    }

    @Test
    void whatever_is_cut_off_or_changed_is_read_or_refused_and_nothing_else() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder(WHOLE);
            for (int changes = random.nextInt(4); changes >= 0 && !text.isEmpty(); changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, "\"'[]{}=.,#\\\n \0é".charAt(random.nextInt(15)));
                    case 2 -> text.setLength(Math.max(1, at));
                    default -> text.setCharAt(at, (char) random.nextInt(256));
                }
            }
            try {
                assertThat(Toml.parse(text.toString())).isNotNull();
            } catch (Toml.Malformed refused) {
                assertThat(refused).hasMessageStartingWith("line ");
            }
        }
    }

    @Test
    void whatever_strings_are_written_are_read_again() throws Exception {
        var random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            var strings = new ArrayList<String>();
            var text = new StringBuilder("[a.'b']\nc = [");
            for (int n = random.nextInt(5); n > 0; n--) {
                var string = random.ints(random.nextInt(12), 0, 0x250)
                        .filter(c -> c != '\r')
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
                strings.add(string);
                text.append(written(string, random)).append(random.nextBoolean() ? " , # \"\n" : ",");
            }
            assertThat(Toml.parse(text.append("]").toString()).strings("a", "b", "c"))
                    .isEqualTo(List.copyOf(strings));
        }
    }

    private static String written(String string, Random random) {
        if (random.nextBoolean() && !string.contains("'") && !string.contains("\n")) {
            return "'" + string + "'";
        }
        var text = new StringBuilder("\"");
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                text.append("\\u%04x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }
}
