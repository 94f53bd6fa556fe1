package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TargetTest {
    @TempDir
    private Path jdk;

    @Test
    void without_a_jdk_for_it_there_is_no_other_architecture() {
        assertThat(Target.other(null)).isEmpty();
        assertThat(Target.other(" ")).isEmpty();
    }

    @Test
    void a_jdk_with_jmods_is_linked_from_them() throws IOException {
        assumeFalse(Architecture.ARM64.isHere(), "this machine needs no other JDK");
        Files.createFile(Files.createDirectory(jdk.resolve("jmods")).resolve("java.base.jmod"));

        assertThat(Target.other(jdk.toString()))
                .isEqualTo(Optional.of(new Target(Architecture.ARM64, Optional.of(jdk))))
                .hasValueSatisfying(target -> assertThat(target.jmods()).containsExactly(jdk.resolve("jmods")));
    }

    @Test
    void a_jdk_without_jmods_is_refused_with_the_variables_name() {
        assumeFalse(Architecture.ARM64.isHere(), "this machine needs no other JDK");

        assertThatThrownBy(() -> Target.other(jdk.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("JDK_ARM64_HOME=" + jdk)
                .hasMessageContaining("jmods");
    }
}
