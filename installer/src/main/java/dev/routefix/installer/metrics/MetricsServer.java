package dev.routefix.installer.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Answers {@code GET /metrics} by HTTP, one after the other, on one thread. */
final class MetricsServer implements AutoCloseable {

    static final String PATH = "/metrics";

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int WRONG_METHOD = 405;

    /** So many may wait for the one before. */
    private static final int WAITING = 4;

    private final PrometheusRegistry registry;
    private final Checkups checkups;
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final HttpServer server;

    private MetricsServer(HttpServer server, PrometheusRegistry registry, Checkups checkups) {
        this.server = server;
        this.registry = registry;
        this.checkups = checkups;
    }

    static MetricsServer start(InetSocketAddress where, PrometheusRegistry registry, Checkups checkups)
            throws IOException {
        var server = HttpServer.create(where, WAITING);
        var answering = new MetricsServer(server, registry, checkups);
        server.createContext("/", answering::answer);
        server.start();
        return answering;
    }

    /** As it is written in a URL. */
    String address() {
        var host = server.getAddress().getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":"
                + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                exchange.sendResponseHeaders(NOT_FOUND, -1);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(WRONG_METHOD, -1);
            } else {
                page(exchange, exchange.getRequestHeaders().getFirst("Accept"));
            }
        }
        // whoever asked has the answer; the next one gets what is found now
        checkups.whenDue();
    }

    private void page(HttpExchange exchange, @Nullable String accepted) throws IOException {
        var writer = formats.findWriter(accepted);
        var page = new ByteArrayOutputStream();
        writer.write(page, registry.scrape());
        exchange.getResponseHeaders().set("Content-Type", writer.getContentType());
        exchange.sendResponseHeaders(OK, page.size());
        page.writeTo(exchange.getResponseBody());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
