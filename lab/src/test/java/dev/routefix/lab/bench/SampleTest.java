package dev.routefix.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void knows_the_median_whatever_the_order() {
        assertThat(Sample.of(List.of(3.0, 1.0, 2.0)).median()).isEqualTo(2);
        assertThat(Sample.of(List.of(4.0, 1.0, 2.0, 3.0)).median()).isEqualTo(2.5);
    }

    @Test
    void lies_between_two_neighbours_in_proportion() {
        Sample sample =
                Sample.of(IntStream.rangeClosed(0, 10).mapToObj(i -> i * 10.0).toList());

        assertThat(sample.p95()).isEqualTo(95);
        assertThat(sample.percentile(0)).isZero();
        assertThat(sample.percentile(100)).isEqualTo(100);
    }

    @Test
    void turns_nanoseconds_into_milliseconds() {
        assertThat(Sample.ofNanos(List.of(1_500_000L)).median()).isEqualTo(1.5);
    }

    @Test
    void refuses_to_be_of_nothing() {
        assertThatThrownBy(() -> Sample.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
