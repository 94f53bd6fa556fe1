package dev.routefix.lab.e2e;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why a spec of Kubernetes' suite may fail here.
 *
 * @param spec a regular expression (java.util.regex) that is found in the names of those it is about
 * @param why what it asks for that is not route-fix's to give
 */
record Explanation(Pattern spec, String why) {

    /** Those of explained.yaml. */
    static List<Explanation> all() {
        try {
            return read(Resource.text("explained.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A list of {@code spec} and {@code why}.
     *
     * @throws IOException if anything else is in it, or an expression is none
     */
    static List<Explanation> read(String yaml) throws IOException {
        return new YAMLMapper().readValue(yaml, new TypeReference<List<Explanation>>() {});
    }

    /** The first that is about this spec; nothing if none is. */
    static Optional<Explanation> of(Spec spec, List<Explanation> all) {
        return all.stream()
                .filter(explanation -> explanation.spec.matcher(spec.name()).find())
                .findFirst();
    }
}
