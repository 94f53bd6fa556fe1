package dev.routefix.manifests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.openshift.api.model.SecurityContextConstraints;
import io.fabric8.openshift.api.model.miscellaneous.cncf.cni.v1.NetworkAttachmentDefinition;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a rendering consists of, read into the typed models of the Kubernetes client library. A field that Kubernetes does not have is refused, and so is a
 * value of another type.
 */
record KubeObjects(List<HasMetadata> all) {

    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            ConfigMap.class,
            DaemonSet.class,
            Namespace.class,
            NetworkAttachmentDefinition.class,
            PrometheusRule.class,
            RuntimeClass.class,
            SecurityContextConstraints.class,
            Service.class,
            ServiceAccount.class,
            ServiceMonitor.class);

    private static final YAMLMapper STRICT = YAMLMapper.builder()
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // unquoted, "on" and "off" would be true and false to Kubernetes, which reads YAML 1.1
            .disable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
            .annotationIntrospector(new WithoutTheRest())
            .build();

    /** The models have a place for whatever else is there, which would make them take anything. */
    private static final class WithoutTheRest extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated member) {
            return false;
        }
    }

    /** Those of a text with a document for each. */
    static KubeObjects of(String yaml) {
        try (var documents = STRICT.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            var all = new ArrayList<HasMetadata>();
            while (documents.hasNextValue()) {
                var document = documents.nextValue();
                if (!document.isNull() && !document.isMissingNode()) {
                    all.add(typed(document));
                }
            }
            return new KubeObjects(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage() + " in\n" + yaml, e);
        }
    }

    private static HasMetadata typed(JsonNode document) throws JsonProcessingException {
        var version = document.path("apiVersion").asText();
        var kind = document.path("kind").asText();
        var type = KINDS.stream()
                .filter(each -> HasMetadata.getKind(each).equals(kind)
                        && HasMetadata.getApiVersion(each).equals(version))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(version + " " + kind + " is no kind that we deploy"));
        return STRICT.treeToValue(document, type);
    }

    <T extends HasMetadata> Stream<T> every(Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast);
    }

    /** The only one of its kind. */
    <T extends HasMetadata> T the(Class<T> type) {
        var found = every(type).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " of " + type.getSimpleName() + ", not one");
        }
        return found.getFirst();
    }

    DaemonSet daemonSet() {
        return the(DaemonSet.class);
    }
}
