package dev.routefix.image;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the image is made of, as CycloneDX: Maven's list of the Java parts, and with it the Java they are linked with and Debian's packages. It names no
 * time and has no serial number, so that the same parts make the same bytes.
 */
final class BillOfMaterials {
    private static final String IMAGE = "route-fix";

    private final Workspace workspace;
    private final Target target;

    BillOfMaterials(Workspace workspace, Target target) {
        this.workspace = workspace;
        this.target = target;
    }

    /**
     * Writes it into the image's root and beside the image.
     *
     * @param java Maven's part
     * @param packages as {@code name version}
     */
    void write(Path java, String version, List<String> packages) throws IOException {
        if (!Files.exists(java)) {
            throw new IOException(
                    java + " is missing: Maven makes it with the module installer, but not where it is offline (-o)");
        }
        Map<String, Object> bom = JSON.std.mapFrom(Files.readString(java));
        bom.remove("serialNumber");
        Map<String, Object> metadata = map(bom.get("metadata"));
        metadata.remove("properties");
        List<Object> components = new ArrayList<>();
        components.add(withoutHashes(map(metadata.get("component"))));
        list(bom.get("components")).forEach(part -> components.add(withoutHashes(map(part))));
        components.add(openjdk());
        packages.forEach(each -> components.add(debian(each)));
        list(map(metadata.get("tools")).get("components"))
                .forEach(tool -> map(tool).remove("hashes"));
        metadata.put("component", image(version));
        bom.put("components", components);
        List<Object> dependencies = new ArrayList<>(list(bom.get("dependencies")));
        var image = new LinkedHashMap<String, Object>();
        image.put("ref", IMAGE);
        image.put(
                "dependsOn",
                components.stream().map(part -> map(part).get("bom-ref")).toList());
        dependencies.addFirst(image);
        bom.put("dependencies", dependencies);
        String text = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(bom) + "\n";
        Files.writeString(workspace.root().resolve(Layer.BILL), text);
        Files.writeString(workspace.bill(), text);
    }

    private static Map<String, Object> image(String version) {
        var image = new LinkedHashMap<String, Object>();
        image.put("type", "container");
        image.put("bom-ref", IMAGE);
        image.put("name", IMAGE);
        image.put("version", version);
        return image;
    }

    /** From the file {@code release} that every JDK has. */
    private Map<String, Object> openjdk() throws IOException {
        Path home = target.jdk().orElse(Path.of(System.getProperty("java.home")));
        var release = new Properties();
        try (Reader reader = Files.newBufferedReader(home.resolve("release"))) {
            release.load(reader);
        }
        String version = release.getProperty("JAVA_RUNTIME_VERSION", release.getProperty("JAVA_VERSION", ""))
                .replace("\"", "");
        String purl = "pkg:generic/openjdk@" + version.replace("+", "%2B");
        var java = new LinkedHashMap<String, Object>();
        java.put("type", "platform");
        java.put("bom-ref", purl);
        java.put("publisher", release.getProperty("IMPLEMENTOR", "unknown").replace("\"", ""));
        java.put("name", "openjdk");
        java.put("version", version);
        java.put("licenses", List.of(Map.of("expression", "GPL-2.0-only WITH Classpath-exception-2.0")));
        java.put("purl", purl);
        return java;
    }

    private Map<String, Object> debian(String nameAndVersion) {
        String[] words = nameAndVersion.split(" ", 2);
        String purl = "pkg:deb/debian/%s@%s?arch=%s"
                .formatted(
                        words[0].replace("+", "%2B"),
                        words[1].replace("+", "%2B").replace(":", "%3A"),
                        target.architecture().debian());
        var library = new LinkedHashMap<String, Object>();
        library.put("type", "library");
        library.put("bom-ref", purl);
        library.put("publisher", "Debian");
        library.put("name", words[0]);
        library.put("version", words[1]);
        library.put("purl", purl);
        return library;
    }

    /** Eight digests of each jar are for a repository of jars; here the classes have been linked into one file. */
    private static Map<String, Object> withoutHashes(Map<String, Object> component) {
        component.remove("hashes");
        return component;
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
