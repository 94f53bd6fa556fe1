package dev.routefix.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.bench.Chart.Curve;
import dev.routefix.lab.bench.Chart.Point;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ChartTest {
    private static final Chart CHART = new Chart(
            "ADD <all>",
            "percent",
            List.of(0.0, 50.0, 100.0),
            List.of(
                    new Curve("fast", List.of(new Point(0, 1), new Point(100, 10))),
                    new Curve("as fast", List.of(new Point(0, 2), new Point(100, 10)))));

    @Test
    void is_well_formed_whatever_its_texts_hold() throws Exception {
        assertThat(parse(CHART).getDocumentElement().getAttribute("aria-label")).isEqualTo("ADD <all>");
    }

    @Test
    void has_ticks_around_all_values() throws Exception {
        assertThat(texts(CHART, "tick end")).containsExactly("1 ms", "2 ms", "5 ms", "10 ms");
    }

    @Test
    void draws_tenfold_as_far_everywhere() throws Exception {
        Chart decades = new Chart(
                "",
                "",
                List.of(0.0, 2.0),
                List.of(new Curve("", List.of(new Point(0, 1), new Point(1, 10), new Point(2, 100)))));

        String path = ((Element) parse(decades).getElementsByTagName("path").item(0)).getAttribute("d");

        assertThat(path).isEqualTo("M62.0,350.0 L321.0,198.0 L580.0,46.0");
    }

    @Test
    void keeps_names_apart_that_would_touch() throws Exception {
        List<Double> places = new ArrayList<>();
        for (Element label : elements(CHART, "label")) {
            places.add(Double.parseDouble(label.getAttribute("y")));
        }

        assertThat(places).hasSize(2);
        assertThat(Math.abs(places.get(0) - places.get(1))).isGreaterThanOrEqualTo(16);
    }

    @Test
    void has_colours_for_a_dark_page() {
        assertThat(CHART.svg()).contains("prefers-color-scheme:dark");
    }

    private static List<String> texts(Chart chart, String kind) throws Exception {
        return elements(chart, kind).stream().map(Element::getTextContent).toList();
    }

    private static List<Element> elements(Chart chart, String kind) throws Exception {
        NodeList all = parse(chart).getElementsByTagName("text");
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            if (element.getAttribute("class").startsWith(kind)) {
                found.add(element);
            }
        }
        return found;
    }

    private static Document parse(Chart chart) throws ParserConfigurationException, SAXException, IOException {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(chart.svg())));
    }
}
