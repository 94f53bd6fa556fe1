package dev.routefix.installer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.routefix.lab.source.Sources;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The rules that the code's shape rests on. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.routefix.installer");

    @Test
    void planning_is_pure() {
        noClasses()
                .that()
                .resideInAPackage("..plan..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.nio.channels..",
                        "java.net..",
                        "dev.routefix.netlink.namespace..",
                        "dev.routefix.netlink.sys..",
                        "..host..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("..plan..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.nio\\.file\\.Files|java\\.lang\\.(System|Thread|Process.*|Runtime)|java\\.time\\.(?!Duration$).*")
                .check(CLASSES);
    }

    @Test
    void one_class_runs_programs() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.process\\.Subprocess(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.commons.exec..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(CLASSES);
    }

    @Test
    void JSON_is_left_to_the_plugin_module() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml..")
                .check(CLASSES);
    }

    @Test
    void only_main_exits_and_reads_the_environment() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.routefix.installer.InstallerMain")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.routefix.installer.StopSignal")
                .should()
                .callMethod(Runtime.class, "halt", int.class)
                .check(CLASSES);
    }

    @Test
    void packages_do_not_depend_on_each_other_in_circles() {
        slices().matching("dev.routefix.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void classes_are_final_and_named_for_what_they_are() {
        classes()
                .that()
                .areNotInterfaces()
                .and()
                .doNotHaveFullyQualifiedName("dev.routefix.installer.log.HostProblem")
                .and()
                .areNotAnonymousClasses()
                .and()
                .haveSimpleNameNotContaining("package-info")
                .should()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
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
