package dev.routefix.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
    private static final Figure HALF = Figure.of("add", 2, "ms").beside("tuning", 4);

    @Test
    void relates_its_value_to_the_peers() {
        assertThat(HALF.ratio()).hasValue(0.5);
        assertThat(Figure.of("size", 2, "bytes").ratio()).isEmpty();
        assertThat(Figure.of("lost", 0, "pods").beside("dhcp", 0).ratio()).isEmpty();
    }

    @Test
    void keeps_a_budget_up_to_its_bound() {
        assertThat(HALF.within(new Budget.RatioAtMost(0.5)).ok()).isTrue();
        assertThat(HALF.within(new Budget.RatioAtMost(0.49)).ok()).isFalse();
        assertThat(HALF.within(new Budget.RatioAtLeast(0.5)).ok()).isTrue();
        assertThat(HALF.within(new Budget.RatioAtLeast(0.51)).ok()).isFalse();
        assertThat(HALF.within(new Budget.AtMost(2)).ok()).isTrue();
        assertThat(HALF.within(new Budget.AtMost(1.9)).ok()).isFalse();
        assertThat(HALF.within(new Budget.AtMostAbovePeer(-2)).ok()).isTrue();
        assertThat(HALF.within(new Budget.AtMostAbovePeer(-2.1)).ok()).isFalse();
    }

    @Test
    void keeps_all_of_several_budgets_or_none() {
        Budget value = new Budget.AtMost(2);

        assertThat(HALF.within(new Budget.All(List.of(value, new Budget.RatioAtMost(0.5))))
                        .ok())
                .isTrue();
        assertThat(HALF.within(new Budget.All(List.of(value, new Budget.RatioAtMost(0.4))))
                        .ok())
                .isFalse();
        assertThat(new Budget.All(List.of(value, new Budget.RatioAtMost(0.01)))).hasToString("≤ 2, ≤ 0.01 ×");
    }

    @Test
    void stands_beside_the_installed_plugins_under_its_name_and_beside_the_newest_under_another() {
        List<Figure> figures = Peers.beside(
                Figure.of("pod_add", 2, "ms"),
                List.of("macvlan 1.1.1", "macvlan 1.9.1"),
                List.of(Sample.of(List.of(4.0)), Sample.of(List.of(8.0))));

        assertThat(figures).extracting(Figure::name).containsExactly("pod_add", "pod_add_vs_newest");
        assertThat(figures).extracting(figure -> figure.ratio().orElse(0)).containsExactly(0.5, 0.25);
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
