package dev.routefix.lab.cri;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static final Message MESSAGE = Message.EMPTY
            .with(1, "web")
            .with(2, 300)
            .with(3, Message.EMPTY.with(1, "a"))
            .with(3, Message.EMPTY.with(1, "b"));

    @Test
    void is_written_as_protocol_buffers_are() throws IOException {
        assertThat(HexFormat.of().formatHex(Message.MARSHALLER.stream(MESSAGE).readAllBytes()))
                .isEqualTo(
                        "0a03776562" // 1: "web"
                                + "10ac02" // 2: 300
                                + "1a030a0161" // 3: {1: "a"}
                                + "1a030a0162"); // 3: {1: "b"}
    }

    @Test
    void is_read_as_it_was_written() {
        Message read = Message.MARSHALLER.parse(Message.MARSHALLER.stream(MESSAGE));

        assertThat(read.text(1)).isEqualTo("web");
        assertThat(read.number(2)).isEqualTo(300);
        assertThat(read.messages(3)).extracting(each -> each.text(1)).containsExactly("a", "b");
        assertThat(read.message(3).text(1)).isEqualTo("b");
    }

    @Test
    void what_was_not_written_is_empty() {
        assertThat(Message.EMPTY.text(1)).isEmpty();
        assertThat(Message.EMPTY.number(1)).isZero();
        assertThat(Message.EMPTY.message(1)).isEqualTo(Message.EMPTY);
        assertThat(Message.EMPTY.has(1)).isFalse();
    }
}
