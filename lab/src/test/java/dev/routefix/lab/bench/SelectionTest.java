package dev.routefix.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SelectionTest {
    @Test
    void of_nothing_is_everything() {
        assertThat(Selection.parse("").isAll()).isTrue();
        assertThat(Measurement.values()).allMatch(Selection.parse(" , ")::wants);
    }

    @Test
    void takes_whole_names_and_beginnings_of_them() {
        Selection some = Selection.parse("pod_add,dhcp_add_co");

        assertThat(some.wants(Measurement.NETWORKS)).isTrue();
        assertThat(some.wants(Measurement.COLD, Measurement.BURST)).isTrue();
        assertThat(some.wants(Measurement.WARM, Measurement.BURST)).isFalse();
    }

    @Test
    void refuses_what_no_figure_is_called_and_names_those_there_are() {
        assertThatThrownBy(() -> Selection.parse("dhcp_add_hot"))
                .hasMessageContaining("'dhcp_add_hot'")
                .hasMessageContaining("dhcp_add_warm");
    }

    @Test
    void every_figure_belongs_to_one_measurement() {
        assertThat(Measurement.allFigures()).doesNotHaveDuplicates().contains("add_resident_250", "burst_100");
    }
}
