package dev.routefix.lab.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourcesTest {

    @TempDir
    private Path directory;

    @Test
    void a_file_of_400_lines_is_short_enough_and_one_of_401_is_not() throws IOException {
        java("a/Short.java", "package a;\n" + "\n".repeat(398) + "class Short {}\n");
        var file = java("a/Long.java", "package a;\n" + "\n".repeat(399) + "class Long {}\n");

        assertThat(Sources.below(directory).tooLong()).containsExactly(file + ": 401 lines");
    }

    @Test
    void a_method_of_60_lines_is_short_enough_and_one_of_61_is_not() throws IOException {
        var file = java("a/A.java", "package a;\nclass A {\n" + method("good", 60) + method("bad", 61) + "}\n");

        assertThat(Sources.below(directory).tooLong()).containsExactly(file + ":63: bad has 61 lines");
    }

    @Test
    void a_long_method_is_found_in_a_nested_a_local_and_an_anonymous_class_and_a_long_constructor_too()
            throws IOException {
        java("a/A.java", "package a;\nclass A {\nclass B {\nclass C {\n" + method("deep", 61) + "}}}\n");
        java(
                "a/D.java",
                "package a;\nclass D {\nRunnable anonymous = new Runnable() {\n" + method("run", 61) + "};}\n");
        java(
                "a/E.java",
                "package a;\nrecord E() {\n"
                        + method("E", 61).replace("void ", "").replace("()", "") + "}\n");
        java("a/F.java", "package a;\nclass F {\nstatic {\nclass Local {\n" + method("far", 61) + "}}}\n");

        assertThat(Sources.below(directory).tooLong())
                .extracting(line -> line.replaceFirst(".*: ", ""))
                .containsExactly("deep has 61 lines", "run has 61 lines", "<init> has 61 lines", "far has 61 lines");
    }

    @Test
    void a_name_is_shared_by_top_level_classes_and_nested_ones_that_everybody_sees() throws IOException {
        java("a/A.java", "package a;\npublic interface A { record Twice() {} }\nclass Once {}\n");
        java("b/Twice.java", "package b;\nclass Twice {}\n");

        assertThat(Sources.below(directory).sharedNames()).isEqualTo(Map.of("Twice", List.of("a.A.Twice", "b.Twice")));
    }

    @Test
    void a_nested_class_that_is_its_outer_ones_business_shares_no_name() throws IOException {
        java("a/A.java", "package a;\npublic class A { record Part() {} }\n");
        java("a/B.java", "package a;\ninterface B { class Part {} }\n");
        java("b/Part.java", "package b;\npublic class Part {}\n");

        assertThat(Sources.below(directory).sharedNames()).isEmpty();
    }

    @Test
    void a_directory_without_a_source_is_a_mistake() throws IOException {
        java("a/A.java", "package a;\nclass A {}\n");
        var empty = Files.createDirectory(directory.resolve("b"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sources.below(directory.resolve("a"), empty))
                .withMessageContaining(empty.toString());
    }

    private Path java(String name, String text) throws IOException {
        var file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static String method(String name, int lines) {
        return "public void " + name + "() {\n" + "\n".repeat(lines - 2) + "}\n";
    }
}
