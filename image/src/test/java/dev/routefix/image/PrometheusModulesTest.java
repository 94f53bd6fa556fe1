package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the published jars, as the build does it. */
final class PrometheusModulesTest {

    @TempDir
    private Path directory;

    @Test
    void the_copies_are_whole_modules_that_find_each_other() throws Exception {
        var jars = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.toString().endsWith(".jar"))
                .toList();
        var copies = ModuleFinder.of(PrometheusModules.write(jars, directory).toArray(Path[]::new));

        assertThat(copies.findAll()).extracting(each -> each.descriptor()).noneMatch(ModuleDescriptor::isAutomatic);
        var boot = ModuleLayer.boot();
        var graph = Configuration.resolve(
                copies, List.of(boot.configuration()), ModuleFinder.of(), Set.of("io.prometheus.metrics.core"));
        var layer = ModuleLayer.defineModulesWithOneLoader(graph, List.of(boot), null)
                .layer();
        var counter =
                layer.findLoader("io.prometheus.metrics.core").loadClass("io.prometheus.metrics.core.metrics.Counter");
        var builder = counter.getMethod("builder").invoke(null);
        var made = builder.getClass().getMethod("name", String.class).invoke(builder, "calls");

        assertThat(made.getClass().getMethod("build").invoke(made)).isInstanceOf(counter);
    }
}
