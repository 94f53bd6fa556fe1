package dev.routefix.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.constant.ModuleDesc;
import java.lang.constant.PackageDesc;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.AccessFlag;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Copies of the Prometheus client's modules that jlink takes. As published they have a name and no descriptor. The copies' descriptors export every package, and
 * require all modules of the client that come before them in {@link #NAMES}, which is the order in which they build on each other.
 */
final class PrometheusModules {
    private static final List<String> NAMES = List.of(
            "io.prometheus.metrics.config",
            "io.prometheus.metrics.tracer.common",
            "io.prometheus.metrics.tracer.otel",
            "io.prometheus.metrics.tracer.otel_agent",
            "io.prometheus.metrics.tracer.initializer",
            "io.prometheus.metrics.model",
            "io.prometheus.metrics.core",
            "io.prometheus.writer.text");

    private PrometheusModules() {}

    /**
     * Writes them into a directory.
     *
     * @param jars in which the published ones are
     * @return the copies
     */
    static List<Path> write(List<Path> jars, Path directory) {
        ModuleFinder published = ModuleFinder.of(jars.toArray(Path[]::new));
        return NAMES.stream()
                .map(name -> copy(
                        published
                                .find(name)
                                .orElseThrow(() -> new IllegalStateException(
                                        "no jar is the module " + name + ": Prometheus' client has other modules now")),
                        directory.resolve(name + ".jar")))
                .toList();
    }

    private static Path copy(ModuleReference module, Path to) {
        Path from = Path.of(module.location().orElseThrow());
        try (var copy = new JarCopy(from, to)) {
            copy.add("module-info.class", descriptor(module.descriptor()));
            for (String name : copy.names()) {
                if (name.endsWith(".class")) {
                    copy.add(name, copy.published(name));
                }
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] descriptor(ModuleDescriptor automatic) {
        List<String> before = NAMES.subList(0, NAMES.indexOf(automatic.name()));
        return ClassFile.of().buildModule(ModuleAttribute.of(ModuleDesc.of(automatic.name()), module -> {
            module.requires(ModuleDesc.of("java.base"), Set.of(AccessFlag.MANDATED), null);
            before.forEach(name -> module.requires(ModuleDesc.of(name), Set.of(), null));
            automatic.packages().stream().sorted().forEach(name -> module.exports(PackageDesc.of(name), Set.of()));
        }));
    }
}
