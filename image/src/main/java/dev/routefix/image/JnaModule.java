package dev.routefix.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.classfile.attribute.ModuleAttribute.ModuleAttributeBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A smaller copy of JNA's module. The published descriptor requires java.desktop, for one call that finds a window's handle; a runtime
 * linked with it is twice as large and needs libraries of a graphical system. The copy's descriptor leaves it out, and the copy holds
 * classes only: the native library lies in the runtime's lib directory, where no unpacking into a temporary directory is needed.
 */
final class JnaModule {
    private static final String DESCRIPTOR = "META-INF/versions/9/module-info.class";
    private static final Set<String> NOT_REQUIRED = Set.of("java.desktop");
    private static final Pattern CLASSES = Pattern.compile("com/sun/jna/((internal|ptr|win32)/)?[^/]+\\.class");

    private JnaModule() {}

    /** Writes the copy to {@code slim} and the native library of that architecture to {@code library}. */
    static void write(Path published, Architecture architecture, Path slim, Path library) throws IOException {
        try (var copy = new JarCopy(published, slim)) {
            copy.add("module-info.class", withoutDesktop(copy.published(DESCRIPTOR)));
            for (String name : copy.names()) {
                if (CLASSES.matcher(name).matches()) {
                    copy.add(name, copy.published(name));
                }
            }
            Files.write(library, copy.published("com/sun/jna/" + architecture.jna() + "/libjnidispatch.so"));
        }
    }

    private static byte[] withoutDesktop(byte[] descriptor) {
        ClassFile classFile = ClassFile.of();
        return classFile.transformClass(classFile.parse(descriptor), (builder, element) -> {
            if (element instanceof ModuleAttribute module) {
                builder.with(ModuleAttribute.of(module.moduleName(), copy -> copyOf(module, copy)));
            } else {
                builder.with(element);
            }
        });
    }

    private static void copyOf(ModuleAttribute module, ModuleAttributeBuilder copy) {
        copy.moduleFlags(module.moduleFlagsMask());
        module.moduleVersion().ifPresent(version -> copy.moduleVersion(version.stringValue()));
        module.requires().stream()
                .filter(required ->
                        !NOT_REQUIRED.contains(required.requires().name().stringValue()))
                .forEach(copy::requires);
        module.exports().forEach(copy::exports);
        module.opens().forEach(copy::opens);
        module.uses().forEach(copy::uses);
        module.provides().forEach(copy::provides);
    }
}
