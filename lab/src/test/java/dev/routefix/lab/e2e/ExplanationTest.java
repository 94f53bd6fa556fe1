package dev.routefix.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final String TWO = """
        # why
        - spec: 'should set \\w+ CLOSE_WAIT timeout'
          why: the node sees half of it
        - spec: 'source pod IP'
          why: it is masqueraded
        """;

    @Test
    void a_spec_is_explained_by_the_first_expression_that_is_found_in_its_name() throws IOException {
        var all = Explanation.read(TWO);

        assertThat(Explanation.of(spec("KubeProxy should set TCP CLOSE_WAIT timeout [Privileged]"), all))
                .hasValueSatisfying(found -> assertThat(found.why()).isEqualTo("the node sees half of it"));
        assertThat(Explanation.of(spec("Services should preserve source pod IP for traffic"), all))
                .hasValueSatisfying(found -> assertThat(found.why()).isEqualTo("it is masqueraded"));
    }

    @Test
    void a_spec_that_no_expression_is_found_in_is_not_explained() throws IOException {
        assertThat(Explanation.of(spec("Services should serve a basic endpoint from pods"), Explanation.read(TWO)))
                .isEmpty();
    }

    @Test
    void an_expression_that_is_none_is_refused() {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> Explanation.read("- {spec: '(', why: x}"));
    }

    @Test
    void every_explanation_of_ours_says_why() {
        assertThat(Explanation.all())
                .isNotEmpty()
                .allSatisfy(explanation -> assertThat(explanation.why()).isNotBlank());
    }

    private static Spec spec(String name) {
        return new Spec("[sig-network] " + name, Duration.ofSeconds(3), "failed: no");
    }
}
