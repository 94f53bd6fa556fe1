package dev.routefix.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JUnitReportsTest {

    @TempDir
    private Path directory;

    @Test
    void specs_of_all_files_are_read_by_name_and_those_that_were_skipped_are_not() throws IOException {
        write("junit_01.xml", """
            <testsuite tests="2" failures="1" time="30">
              <testcase name="b: keeps the source" classname="Kubernetes e2e suite" time="20.5">
                <failure type="Failure">service.go:912&#xA;  Expected .105&#xA;  to equal .21</failure>
              </testcase>
              <testcase name="c: is for a cloud" classname="Kubernetes e2e suite" time="0"><skipped></skipped></testcase>
            </testsuite>
            """);
        write("junit_02.xml", """
            <testsuite><testcase name="a: serves" classname="Kubernetes e2e suite" time="3"></testcase></testsuite>
            """);
        write("metrics.xml", "no report");

        assertThat(JUnitReports.read(directory))
                .containsExactly(
                        new Spec("a: serves", Duration.ofSeconds(3), ""),
                        new Spec(
                                "b: keeps the source",
                                Duration.ofMillis(20_500),
                                "failed: service.go:912 Expected .105 to equal .21"));
    }

    @Test
    void a_long_failure_is_cut() throws IOException {
        write(
                "junit_01.xml",
                "<testsuite><testcase name=\"a\" time=\"1\"><failure>" + "x".repeat(1000)
                        + "</failure></testcase></testsuite>");

        assertThat(JUnitReports.read(directory))
                .singleElement()
                .satisfies(spec -> assertThat(spec.failure()).hasSize(300));
    }

    @Test
    void a_file_that_was_cut_short_is_named() throws IOException {
        Path file = write("junit_01.xml", "<testsuite><testcase");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> JUnitReports.read(directory))
                .withMessageContaining(file.toString());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
