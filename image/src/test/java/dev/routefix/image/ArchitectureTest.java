package dev.routefix.image;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.routefix.lab.source.Sources;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules that the code's shape rests on. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.routefix.image");

    @Test
    void one_class_starts_processes() {
        noClasses()
                .that()
                .doNotHaveSimpleName("ProgramRun")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(CLASSES);
    }

    @Test
    void only_main_exits() {
        noClasses()
                .that()
                .doNotHaveSimpleName("ImageMain")
                .should()
                .callMethod(System.class, "exit", int.class)
                .check(CLASSES);
    }

    @Test
    void classes_are_final_and_named_for_what_they_are() {
        classes()
                .that()
                .areNotInterfaces()
                .and()
                .areNotAnonymousClasses()
                .and()
                .haveSimpleNameNotContaining("package-info")
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(CLASSES);
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)")
                .check(CLASSES);
    }

    @Test
    void no_file_is_longer_than_400_lines_and_no_method_longer_than_60() {
        assertThat(Sources.below(Path.of("src/main/java")).tooLong()).isEmpty();
    }

    /** The image is built last and sees every module of the product. */
    @Test
    void no_two_classes_of_the_product_have_the_same_name() {
        var product = Stream.of("plugin", "relay", "installer", "image")
                .map(module -> Path.of("..", module, "src/main/java"))
                .toArray(Path[]::new);

        assertThat(Sources.below(product).sharedNames()).isEmpty();
    }
}
