package dev.routefix.lab.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Kubernetes' API by the socket of a {@code kubectl proxy}, which needs neither a namespace nor TLS. A connection is for one request. */
record Api(Path socket) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BUFFER = 1 << 16;
    private static final int OK = 200;
    private static final int MULTIPLE_CHOICES = 300;

    /** An object or a list, such as {@code /api/v1/nodes}. */
    JsonNode get(String path) {
        return request("GET", path, "");
    }

    /** Replaces an object, or a part of one such as its {@code /status}. */
    JsonNode put(String path, JsonNode object) {
        return request("PUT", path, object.toString());
    }

    private JsonNode request(String method, String path, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        // HTTP/1.0: the answer ends with the connection, and is in one piece.
        String head =
                "%s %s HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                        .formatted(method, path, content.length);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            write(channel, head.getBytes(StandardCharsets.US_ASCII));
            write(channel, content);
            return parse(method + " " + path, read(channel));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + ": " + e.getMessage(), e);
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static String read(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (channel.read(buffer) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static JsonNode parse(String request, String answer) throws IOException {
        int end = answer.indexOf("\r\n\r\n");
        String[] status = answer.split(" ", 3);
        if (end < 0 || status.length < 3) {
            throw new IOException("the API closed the connection");
        }
        int code = Integer.parseInt(status[1]);
        String body = answer.substring(end + 4);
        if (code < OK || code >= MULTIPLE_CHOICES) {
            throw new IOException(request + " was answered " + code + ": " + body.strip());
        }
        return JSON.readTree(body);
    }
}
