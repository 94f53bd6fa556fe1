package dev.routefix.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.routefix.lab.source.Sources;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses LAB = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.routefix.lab");

    @Test
    void packages_have_no_cycles() {
        slices().matching("dev.routefix.lab.(*)..").should().beFreeOfCycles().check(LAB);
    }

    @Test
    void the_c_library_is_called_in_one_package() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..lab.net")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("com.sun.jna.Native")
                .check(LAB);
    }

    @Test
    void processes_are_started_in_one_package() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..lab.run")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ProcessBuilder.class, Runtime.class)
                .check(LAB);
    }

    @Test
    void the_lab_knows_nothing_of_what_it_tests() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.routefix.plugin..",
                        "dev.routefix.relay..",
                        "dev.routefix.installer..",
                        "dev.routefix.netlink..")
                .allowEmptyShould(false)
                .check(LAB);
    }

    @Test
    void no_file_is_longer_than_400_lines_and_no_method_longer_than_60() {
        assertThat(Sources.below(Path.of("src/main/java")).tooLong()).isEmpty();
    }
}
