package dev.routefix.installer.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.InvalidConfiguration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.plan.Finding;
import dev.routefix.lifecycle.Phase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that has been given up, and of which no pod is left. */
class DoctorOfRetirementTest {

    @TempDir
    Path root;

    @Test
    void sandboxes_that_nobody_removes_are_named() throws InvalidConfiguration {
        assertThat(findings(List.of("0a1b", "2c3d"))).hasSize(2).last().satisfies(finding -> {
            assertThat(finding.cause())
                    .isEqualTo("the container runtime has not removed the sandboxes 0a1b, 2c3d, which have ended");
            assertThat(finding.cure()).endsWith("crictl rmp 0a1b 2c3d");
        });
    }

    @Test
    void where_there_are_none_only_the_retirement_is() throws InvalidConfiguration {
        assertThat(findings(List.of()))
                .singleElement()
                .extracting(Finding::cause)
                .isEqualTo("route-fix has been removed from this node");
    }

    private List<Finding> findings(List<String> stopped) throws InvalidConfiguration {
        var configuration =
                Configuration.parse(Map.of("CNI_BIN_DIR", "/opt/cni/bin", "CNI_CONF_DIR", "/etc/cni/net.d"), "n1");
        var doctor = new Doctor(
                Paths.under(root),
                configuration,
                () -> {
                    throw new AssertionError("nothing is there to be looked at");
                },
                null);
        return doctor.node(Phase.RETIRING, stopped, List.of()).findings();
    }
}
