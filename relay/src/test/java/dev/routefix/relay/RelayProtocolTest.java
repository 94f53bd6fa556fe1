package dev.routefix.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RelayProtocolTest {

    /** Made by hand from the description of {@link RelayRequest}. */
    private static final String REQUEST = """
            52 46 58 52 45 51 31 0a    # RFXREQ1 and a line feed
            02 00 00 00 00 00 00 00    # 2 arguments
            10 00 00 00 00 00 00 00    # 16 bytes of strings
            2f 72 00                   # /r
            61 64 64 00                # add
            41 3d 31 00                # A=1
            41 3d 32 00 00             # A=2, and an empty string
            02 00 00 00 00 00 00 00    # 2 bytes of stdin
            7b 22                      # {"
            01 00 00 00 00 00 00 00    # 1 byte of stdin
            7d                         # }
            00 00 00 00 00 00 00 00    # the end of stdin
            """;

    @Test
    void a_request_is_read_whole() throws IOException {
        var request = read(bytes(REQUEST));

        assertThat(request.arguments()).containsExactly("/r", "add");
        assertThat(request.environment()).containsExactly(Map.entry("A", "1"));
        assertThat(new String(request.stdin().readAllBytes(), UTF_8)).isEqualTo("{\"}");
    }

    @Test
    void what_follows_a_request_is_left_alone() throws IOException {
        var stream = new ByteArrayInputStream(bytes(REQUEST + "ff"));

        RelayRequest.read(stream, 1000);

        assertThat(stream.readAllBytes()).containsExactly(0xff);
    }

    @Test
    void a_request_that_ends_anywhere_before_its_end_is_refused() {
        var whole = bytes(REQUEST);
        for (int size = 0; size < whole.length; size++) {
            refuses(Arrays.copyOf(whole, size), "too early");
        }
    }

    @Test
    void a_request_larger_than_the_limit_is_refused_before_memory_is_taken_for_it() {
        var whole = bytes(REQUEST);
        assertThatExceptionOfType(MalformedRequest.class)
                .isThrownBy(() -> RelayRequest.read(new ByteArrayInputStream(whole), whole.length - 1))
                .withMessage("larger than " + (whole.length - 1) + " bytes");
        refuses(bytes(REQUEST.replace("10 00 00 00 00 00 00 00", "ff ff ff ff ff ff ff 7f")), "larger than");
        refuses(bytes(REQUEST.replace("10 00 00 00 00 00 00 00", "ff ff ff ff ff ff ff ff")), "larger than");
    }

    @Test
    void what_is_no_request_is_refused() {
        refuses(bytes(REQUEST.replace("52 46 58", "47 45 54")), "not a relay's request");
        refuses(
                bytes(REQUEST.replace("02 00 00 00 00 00 00 00    # 2 arg", "09 00 00 00 00 00 00 00 # 9 arg")),
                "9 arguments, but 5 strings");
        refuses(bytes(REQUEST.replace("41 3d 32 00 00", "41 3d 32 00 41")), "the last string has no end");
    }

    @Test
    void an_answer_is_a_head_and_two_texts() throws IOException {
        var out = new ByteArrayOutputStream();

        new RelayAnswer(3, "{}", "é").write(out);

        assertThat(out.toByteArray()).isEqualTo(bytes("""
                52 46 58 41    # RFXA
                03 00 00 00    # exit code
                02 00 00 00    # bytes of stdout
                02 00 00 00    # bytes of stderr
                7b 7d          # {}
                c3 a9          # é
                """));
    }

    @Test
    void an_answer_no_relay_can_take_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RelayAnswer(256, "", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new RelayAnswer(-1, "", ""));
        assertThat(new RelayAnswer(0, "x".repeat(RelayAnswer.LIMIT - 16), "").stderr())
                .isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RelayAnswer(0, "x".repeat(RelayAnswer.LIMIT - 16), "x"));
    }

    private static RelayRequest read(byte[] bytes) throws IOException {
        return RelayRequest.read(new ByteArrayInputStream(bytes), 1000);
    }

    private static void refuses(byte[] request, String problem) {
        assertThatExceptionOfType(MalformedRequest.class)
                .isThrownBy(() -> read(request))
                .withMessageContaining(problem);
    }

    private static byte[] bytes(String hex) {
        var digits = hex.lines().map(line -> line.replaceAll("#.*", "")).toList();
        return HexFormat.of().parseHex(String.join("", digits).replaceAll("\\s", ""));
    }
}
