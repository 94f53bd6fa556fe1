package dev.routefix.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FigureTest {
    private static final Figure HALF = Figure.of("add", 2, "ms").beside("tuning", 4);

    @Test
    void relates_its_value_to_the_peers() {
        assertThat(HALF.ratio()).hasValue(0.5);
        assertThat(Figure.of("size", 2, "bytes").ratio()).isEmpty();
    }

    @Test
    void keeps_a_budget_up_to_its_bound() {
        assertThat(HALF.within(new Budget.RatioAtMost(0.5)).ok()).isTrue();
        assertThat(HALF.within(new Budget.RatioAtMost(0.49)).ok()).isFalse();
        assertThat(HALF.within(new Budget.RatioAtLeast(0.5)).ok()).isTrue();
        assertThat(HALF.within(new Budget.RatioAtLeast(0.51)).ok()).isFalse();
        assertThat(HALF.within(new Budget.AtMost(2)).ok()).isTrue();
        assertThat(HALF.within(new Budget.AtMost(1.9)).ok()).isFalse();
    }

    @Test
    void misses_a_ratio_that_there_is_not() {
        assertThat(Figure.of("add", 2, "ms").within(new Budget.RatioAtMost(0.5)).ok())
                .isFalse();
    }

    @Test
    void is_good_where_nothing_is_asked() {
        assertThat(HALF.ok()).isTrue();
    }

    @Test
    void shows_three_digits() {
        assertThat(Figure.rounded(0.55142)).isEqualTo("0.551");
        assertThat(Figure.rounded(12.345)).isEqualTo("12.3");
        assertThat(Figure.rounded(300)).isEqualTo("300");
        assertThat(Figure.rounded(1952.4)).isEqualTo("1952");
        assertThat(Figure.rounded(0)).isEqualTo("0");
    }
}
