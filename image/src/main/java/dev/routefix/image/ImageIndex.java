package dev.routefix.image;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.jr.ob.JSON;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.cloud.tools.jib.registry.RegistryClient;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarFile;

/** One name for the images of several architectures: an OCI index, of which each node takes its own. */
final class ImageIndex {
    private static final String TYPE = "application/vnd.oci.image.index.v1+json";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final Workspace workspace;
    private final List<Architecture> architectures;

    ImageIndex(Workspace workspace, List<Architecture> architectures) {
        this.workspace = workspace;
        this.architectures = List.copyOf(architectures);
    }

    /** Writes index and images as one OCI layout in a tar; returns the index's digest. */
    String write(String version) throws IOException {
        byte[] index = document(version).getBytes(StandardCharsets.UTF_8);
        String digest = "sha256:" + Tree.digest(index);
        try (var out = new TarArchiveOutputStream(Files.newOutputStream(workspace.index()))) {
            add(out, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            var descriptor = descriptor(TYPE, digest, index.length);
            descriptor.put("annotations", Map.of("org.opencontainers.image.ref.name", version));
            var entry = new LinkedHashMap<String, Object>();
            entry.put("schemaVersion", 2);
            entry.put("mediaType", TYPE);
            entry.put("manifests", List.of(descriptor));
            add(out, "index.json", JSON.std.asBytes(entry));
            add(out, OciArchive.place(digest), index);
            Set<String> written = new HashSet<>();
            for (Architecture each : architectures) {
                try (var image = new TarFile(workspace.of(each).image().toFile())) {
                    for (TarArchiveEntry blob : image.getEntries()) {
                        if (blob.getName().startsWith("blobs/") && !blob.isDirectory() && written.add(blob.getName())) {
                            try (InputStream content = image.getInputStream(blob)) {
                                add(out, blob.getName(), content.readAllBytes());
                            }
                        }
                    }
                }
            }
        }
        Files.writeString(workspace.indexDocument(), new String(index, StandardCharsets.UTF_8));
        return digest;
    }

    /**
     * Pushes each image, under the tag with its architecture behind it, and then the index; returns the index's digest.
     *
     * @param insecure whether plain HTTP, or a certificate nobody vouches for, will do
     */
    String push(ImageReference reference, boolean insecure) throws IOException {
        String tag = reference.getQualifier();
        for (Architecture each : architectures) {
            var own = ImageReference.of(reference.getRegistry(), reference.getRepository(), tag + "-" + each.oci());
            new ContainerImage(workspace.of(each), each).push(own, insecure);
        }
        var http = new FailoverHttpClient(insecure, false, _ -> {});
        try {
            var factory = RegistryClient.factory(
                    EventHandlers.NONE, reference.getRegistry(), reference.getRepository(), http);
            Credential credential = CredentialRetrieverFactory.forImage(reference, _ -> {})
                    .dockerConfig()
                    .retrieve()
                    .orElse(null);
            if (credential != null) {
                factory.setCredential(credential);
            }
            RegistryClient client = factory.newRegistryClient();
            if (!client.doPushBearerAuth() && credential != null) {
                client.configureBasicAuth();
            }
            var document = new Document(Files.readString(workspace.indexDocument()));
            return client.pushManifest(document, tag).toString();
        } catch (RegistryException | CredentialRetrievalException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            http.shutDown();
        }
    }

    private String document(String version) throws IOException {
        var manifests = new ArrayList<Map<String, Object>>();
        for (Architecture each : architectures) {
            String digest = Files.readString(workspace.of(each).digest()).strip();
            var descriptor = descriptor(MANIFEST, digest, sizeOf(each, digest));
            var platform = new LinkedHashMap<String, Object>();
            platform.put("architecture", each.oci());
            platform.put("os", "linux");
            descriptor.put("platform", platform);
            manifests.add(descriptor);
        }
        var index = new LinkedHashMap<String, Object>();
        index.put("schemaVersion", 2);
        index.put("mediaType", TYPE);
        index.put("manifests", manifests);
        index.put("annotations", new Labels(version).all());
        return JSON.std.asString(index);
    }

    private long sizeOf(Architecture architecture, String digest) throws IOException {
        try (var image = new OciArchive(workspace.of(architecture).image())) {
            return image.size(digest);
        }
    }

    private static Map<String, Object> descriptor(String type, String digest, long size) {
        var descriptor = new LinkedHashMap<String, Object>();
        descriptor.put("mediaType", type);
        descriptor.put("digest", digest);
        descriptor.put("size", size);
        return descriptor;
    }

    private static void add(TarArchiveOutputStream out, String name, byte[] content) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setModTime(0);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    /** The index's own bytes, as Jib takes a manifest. */
    private record Document(@JsonValue @JsonRawValue String json) implements ManifestTemplate {
        @Override
        public int getSchemaVersion() {
            return 2;
        }

        @Override
        public String getManifestMediaType() {
            return TYPE;
        }
    }
}
