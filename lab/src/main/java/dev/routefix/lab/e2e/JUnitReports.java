package dev.routefix.lab.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What ginkgo's processes write of specs, each into a file {@code junit_*.xml} of its own. */
final class JUnitReports {
    private static final int WORDS = 300;
    private static final double MILLIS = 1000;

    private JUnitReports() {}

    /** The specs that were run, by name. */
    static List<Spec> read(Path directory) throws IOException {
        List<Spec> specs = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("junit_"))
                    .toList()) {
                specs.addAll(specs(file));
            }
        }
        specs.sort(Comparator.comparing(Spec::name));
        return specs;
    }

    private static List<Spec> specs(Path file) throws IOException {
        try {
            NodeList cases = DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getElementsByTagName("testcase");
            List<Spec> specs = new ArrayList<>();
            for (int i = 0; i < cases.getLength(); i++) {
                Element spec = (Element) cases.item(i);
                if (spec.getElementsByTagName("skipped").getLength() == 0) {
                    specs.add(spec(spec));
                }
            }
            return specs;
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(file + " is not what ginkgo writes: " + e.getMessage(), e);
        }
    }

    private static Spec spec(Element spec) {
        NodeList failures = spec.getElementsByTagName("failure");
        String failure = failures.getLength() == 0
                ? ""
                : "failed: "
                        + String.join(" ", failures.item(0).getTextContent().split("\\s+"));
        double seconds = Double.parseDouble(spec.getAttribute("time"));
        return new Spec(
                spec.getAttribute("name").strip(),
                Duration.ofMillis((long) (seconds * MILLIS)),
                failure.substring(0, Math.min(WORDS, failure.length())));
    }
}
