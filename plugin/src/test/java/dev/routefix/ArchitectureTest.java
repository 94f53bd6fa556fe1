package dev.routefix;

import static com.tngtech.archunit.base.DescribedPredicate.and;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.routefix.lab.source.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of docs/architecture.md that a compiler does not check. */
final class ArchitectureTest {

    /** This module's; Maven runs tests in the module's folder. */
    private static final JavaClasses CLASSES = new ClassFileImporter().importPath(Path.of("target/classes"));

    @Test
    void only_netlink_sys_sees_jna() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.routefix.netlink.sys")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .check(CLASSES);
    }

    @Test
    void one_class_calls_all_native_functions() {
        noClasses()
                .that()
                .doNotHaveSimpleName("LibC")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("com\\.sun\\.jna\\.(Native|NativeLibrary|Function)")
                .check(CLASSES);
    }

    @Test
    void values_and_codec_do_no_input_or_output_and_know_no_thread_no_clock_and_no_system() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.routefix.netlink",
                        "dev.routefix.netlink.codec",
                        "dev.routefix.dhcp.message",
                        "dev.routefix.dhcp.machine")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.io..",
                                "java.nio.file..",
                                "java.nio.channels..",
                                "java.time..",
                                "java.util.concurrent..")
                        .and(name("java.io.Serializable").negate()))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.System")
                .check(CLASSES);
    }

    @Test
    void values_know_nothing_of_codec_and_codec_nothing_of_the_sockets() {
        noClasses()
                .that()
                .resideInAPackage("dev.routefix.netlink")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.routefix.netlink.codec", "dev.routefix.netlink.namespace", "dev.routefix.netlink.sys")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.routefix.netlink.codec")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.routefix.netlink.namespace", "dev.routefix.netlink.sys")
                .check(CLASSES);
    }

    @Test
    void what_a_DHCP_client_says_and_when_knows_neither_disk_nor_sockets() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.routefix.dhcp.message", "dev.routefix.dhcp.machine")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.routefix.dhcp.lease",
                        "dev.routefix.dhcp.client",
                        "dev.routefix.netlink.namespace",
                        "dev.routefix.netlink.sys")
                .check(CLASSES);
    }

    @Test
    void system_calls_know_nothing_of_what_is_said_over_their_sockets() {
        noClasses()
                .that()
                .resideInAPackage("dev.routefix.netlink.sys")
                .and()
                .doNotHaveSimpleName("PacketSocket")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.routefix.netlink.codec", "dev.routefix.netlink.namespace")
                .check(CLASSES);
    }

    @Test
    void plan_and_protocol_touch_neither_files_nor_threads_nor_the_system() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.routefix.plan", "dev.routefix.cni")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.nio.file..", "java.nio.channels..", "java.time..", "java.util.concurrent.."))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.System")
                .check(CLASSES);
    }

    @Test
    void planning_knows_nothing_of_the_protocol() {
        noClasses()
                .that()
                .resideInAPackage("dev.routefix.plan")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.routefix.cni",
                        "dev.routefix.netlink.codec",
                        "dev.routefix.netlink.namespace",
                        "dev.routefix.netlink.sys")
                .check(CLASSES);
    }

    @Test
    void one_class_reads_and_writes_JSON() {
        noClasses()
                .that()
                .haveNameNotMatching("dev\\.routefix\\.cni\\.Json(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml..")
                .check(CLASSES);
    }

    /** The image's copy of Jackson leaves out what the parser's own numbers need, see docs/decisions/json-streams.md. */
    @Test
    void a_parser_is_asked_for_the_text_of_a_number_only() {
        noClasses()
                .should()
                .callMethodWhere(target(
                        and(owner(assignableTo(JsonParser.class)), nameMatching("(get|next)\\w*(Value|Number)\\w*"))))
                .check(CLASSES);
    }

    @Test
    void one_class_runs_programs_and_waits_for_them() {
        noClasses()
                .that()
                .haveNameNotMatching("dev\\.routefix\\.process\\.Subprocess(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.commons.exec..")
                .check(CLASSES);
    }

    @Test
    void only_mains_see_the_process_they_run_in() {
        noClasses()
                .that()
                .doNotHaveSimpleName("PluginMain")
                .and()
                .doNotHaveSimpleName("Rehearsal")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .accessField(System.class, "in")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .check(CLASSES);
    }

    @Test
    void packages_are_free_of_cycles() {
        slices().matching("dev.routefix.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void a_class_is_named_for_what_it_is() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)")
                .check(CLASSES);
    }

    @Test
    void a_class_is_final_or_sealed_or_an_interface() {
        classes()
                .that()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .areNotAnonymousClasses()
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(CLASSES);
    }

    @Test
    void no_file_is_longer_than_400_lines_and_no_method_longer_than_60() {
        assertThat(Sources.below(Path.of("src/main/java")).tooLong()).isEmpty();
    }

    @Test
    void every_package_says_where_to_start_and_is_null_marked() throws IOException {
        for (Path file : sources()) {
            Path info = file.resolveSibling("package-info.java");
            if (!file.endsWith("module-info.java")) {
                assertThat(info).exists().content().contains("@NullMarked");
            }
        }
    }

    private static List<Path> sources() throws IOException {
        try (var files = Files.walk(Path.of("src/main/java"))) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(sources).hasSizeGreaterThan(10);
            return sources;
        }
    }
}
