package dev.routefix.relay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.routefix.lab.source.Sources;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The rules that the package's shape rests on. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.routefix.relay");

    @Test
    void writing_a_relay_is_pure() {
        noClasses()
                .that()
                .haveSimpleNameNotStartingWith("RelayRequest")
                .and()
                .doNotHaveSimpleName("RelayAnswer")
                .and()
                .doNotHaveSimpleName("Reader")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.nio\\.(file|channels)\\..*|java\\.io\\.(File|Input).*|java\\.lang\\.(Thread|Process).*")
                .check(CLASSES);
    }

    @Test
    void an_encoder_knows_steps_and_nothing_of_what_they_are_for() {
        noClasses()
                .that()
                .implement(Encoder.class)
                .should()
                .dependOnClassesThat()
                .haveNameMatching(".*\\.(Relay.*|Elf|Program|Assembler|Listing)")
                .check(CLASSES);
    }

    @Test
    void it_needs_nothing_but_java() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "dev.routefix.relay", "org.jspecify.annotations")
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
}
