package dev.routefix.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the image says that it is made of. */
final class BillOfMaterialsIT {
    private static Map<String, Object> bill = Map.of();

    @BeforeAll
    static void read() throws IOException {
        bill = JSON.std.mapFrom(Files.readString(BuiltImage.WORKSPACE.bill()));
    }

    @Test
    void it_is_cyclonedx_and_names_no_time() {
        assertThat(bill).containsEntry("bomFormat", "CycloneDX").doesNotContainKey("serialNumber");
        assertThat(map(bill.get("metadata"))).doesNotContainKey("timestamp");
    }

    @Test
    void it_names_the_image_by_its_build() throws IOException {
        String build = Files.readString(BuiltImage.WORKSPACE.runtime().resolve("build"))
                .strip();

        assertThat(map(map(bill.get("metadata")).get("component")))
                .containsEntry("name", "route-fix")
                .containsEntry("type", "container")
                .containsEntry("version", build);
    }

    @Test
    void it_has_every_module_that_was_linked() throws IOException {
        String purls = purls().toString();
        for (Path jar : jars()) {
            assertThat(purls).contains("/" + jar.getFileName().toString().replaceFirst("-[0-9.]+(-jpms)?\\.jar$", ""));
        }
        assertThat(purls).contains("pkg:generic/openjdk@25");
    }

    /** Of the modules in the runtime, those that came from a jar have licences of their own in the image. */
    private static List<Path> jars() throws IOException {
        try (Stream<Path> documents = Files.list(BuiltImage.WORKSPACE.root().resolve("usr/share/doc"))) {
            return documents
                    .filter(path -> path.getFileName().toString().matches("(jna|jackson|commons).*"))
                    .map(path -> Path.of(path.getFileName() + ".jar"))
                    .toList();
        }
    }

    @Test
    void it_has_every_package_of_debian_whose_files_were_taken() throws IOException {
        try (Stream<Path> packages = Files.list(BuiltImage.WORKSPACE.unpacked())) {
            assertThat(packages.map(each -> "pkg:deb/debian/" + each.getFileName() + "@"))
                    .allSatisfy(purl -> assertThat(purls()).anyMatch(each -> each.startsWith(purl)));
        }
    }

    @Test
    void nothing_depends_on_what_is_not_there() {
        var names = new ArrayList<>(
                parts().stream().map(part -> part.get("bom-ref")).toList());
        assertThat(names).doesNotHaveDuplicates().doesNotContainNull();
        names.add("route-fix");
        for (Object dependency : list(bill.get("dependencies"))) {
            assertThat(names).contains(map(dependency).get("ref"));
            Object on = map(dependency).get("dependsOn");
            assertThat(names).containsAll(on == null ? List.of() : list(on));
        }
    }

    @Test
    void the_image_has_it_in_the_layer_that_changes_with_each_version() throws IOException {
        assertThat(BuiltImage.WORKSPACE.root().resolve(Layer.BILL))
                .hasSameTextualContentAs(BuiltImage.WORKSPACE.bill());
        assertThat(Layer.of(Layer.BILL)).isEqualTo(Layer.CODE);
    }

    private static List<String> purls() {
        return parts().stream()
                .map(part -> (String) requireNonNull(part.get("purl")))
                .toList();
    }

    private static List<Map<String, Object>> parts() {
        return list(bill.get("components")).stream().map(BillOfMaterialsIT::map).toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) requireNonNull(value);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(@Nullable Object value) {
        return (List<Object>) requireNonNull(value);
    }
}
