package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/relay.md says in figures and quotes is what the code does. */
final class RelayDocsTest {

    /** Maven runs tests in the module's folder. */
    private static final Path PAGE = Path.of("..", "docs", "relay.md");

    private static final Pattern EXCERPT = Pattern.compile("```text\n(.+?)```", Pattern.DOTALL);
    private static final Pattern MESSAGE = Pattern.compile("\"msg\":\"(.+)\"}");

    private String page = "";

    @BeforeEach
    void read() throws IOException {
        page = Files.readString(PAGE);
    }

    @Test
    void it_is_short() {
        assertThat(page.lines()).hasSizeLessThanOrEqualTo(150);
    }

    @Test
    void it_names_the_sizes_of_the_files() {
        for (var machine : Machine.values()) {
            int size = Relay.of(Sample.SETTINGS, machine).executable().length;
            says(String.format(Locale.ROOT, "(%,d bytes", size));
        }
    }

    @Test
    void it_names_the_limits_of_what_is_sent_and_taken() {
        says("arguments and environment are more than " + kibi(RelayProgram.MOST_STRINGS) + " KiB");
        says("or the first " + kibi(RelayProgram.ENOUGH + 1) + " KiB of it");
        says("an answer of more than " + kibi(kibi(RelayAnswer.LIMIT)) + " MiB");
    }

    @Test
    void it_names_the_memory_that_is_reserved() {
        int reserved = RelayProgram.of(Sample.SETTINGS).reserved().stream()
                .mapToInt(Program.Reserved::size)
                .sum();
        says(String.format(Locale.ROOT, "%.1f MiB for request and answer", kibi(reserved) / 1024.0));
    }

    @Test
    void it_names_the_size_of_the_imaginary_processor() {
        int steps = Instruction.class.getPermittedSubclasses().length;
        says(Register.values().length + " registers and " + steps + " kinds of steps");
    }

    @Test
    void it_quotes_the_messages_of_the_relay() {
        var texts = RelayTexts.of(Sample.SETTINGS);
        var client = RelayTexts.of(RelaySettings.client("/run/s", Sample.SETTINGS.patience()));

        assertThat(page)
                .contains(
                        message(texts.absent()),
                        message(client.absent()),
                        message(texts.silent()),
                        message(texts.stranger()),
                        message(texts.lost()));
    }

    @Test
    void it_quotes_the_listing() {
        var listing = Relay.of(Sample.SETTINGS, Machine.X86_64).listing();

        assertThat(EXCERPT.matcher(page).results().map(it -> it.group(1)))
                .isNotEmpty()
                .allSatisfy(excerpt -> assertThat(listing).contains(excerpt));
    }

    private void says(String text) {
        assertThat(page.replace('\n', ' ')).contains(text);
    }

    private static int kibi(int number) {
        return number / 1024;
    }

    private static String message(ByteString error) {
        return MESSAGE.matcher(new String(error.toArray(), StandardCharsets.UTF_8))
                .results()
                .map(it -> it.group(1))
                .findFirst()
                .orElseThrow()
                .replaceFirst("/[^ ,]+", "PATH");
    }
}
