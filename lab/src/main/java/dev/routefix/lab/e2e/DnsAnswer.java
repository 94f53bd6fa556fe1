package dev.routefix.lab.e2e;

import dev.routefix.lab.e2e.DnsZone.Data;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A DNS message that answers another (RFC 1035, section 4). */
final class DnsAnswer {
    private static final int HEADER = 12;
    private static final int A = 1;
    private static final int CNAME = 5;
    private static final int PTR = 12;
    private static final int SRV = 33;
    private static final int INTERNET = 1;
    private static final int TTL = 5;
    /** An answer, authoritative, recursion desired and available. */
    private static final int FLAGS = 0x8580;

    private static final int NO_SUCH_NAME = 3;
    private static final int WEIGHT = 100;

    private record Answer(String name, int type, Data data) {}

    private DnsAnswer() {}

    /** The answer to a query with one question. */
    static byte[] to(byte[] query, DnsZone zone) {
        ByteBuffer in = ByteBuffer.wrap(query);
        int id = in.getShort(0);
        in.position(HEADER);
        String name = name(in);
        int type = in.getShort();
        int questionEnd = in.position() + Short.BYTES;
        List<Answer> answers = new ArrayList<>();
        boolean found = gather(name, type, zone, answers);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeShort(id);
            out.writeShort(FLAGS | (found ? 0 : NO_SUCH_NAME));
            out.writeShort(1);
            out.writeShort(answers.size());
            out.writeInt(0);
            out.write(query, HEADER, questionEnd - HEADER);
            for (Answer answer : answers) {
                write(out, answer);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those of the type that was asked for; an alias is followed. Whether there is such a name. */
    private static boolean gather(String name, int type, DnsZone zone, List<Answer> answers) {
        Optional<List<Data>> known = zone.lookup(name);
        for (Data data : known.orElse(List.of())) {
            int is = type(data);
            if (is == type || is == CNAME) {
                answers.add(new Answer(name, is, data));
            }
            if (data instanceof Data.Name(String target) && type != CNAME) {
                gather(target, type, zone, answers);
            }
        }
        return known.isPresent();
    }

    private static int type(Data data) {
        return switch (data) {
            case Data.Address _ -> A;
            case Data.Name _ -> CNAME;
            case Data.Pointer _ -> PTR;
            case Data.Server _ -> SRV;
        };
    }

    private static String name(ByteBuffer in) {
        StringBuilder name = new StringBuilder();
        for (int length = in.get(); length > 0; length = in.get()) {
            byte[] label = new byte[length];
            in.get(label);
            name.append(new String(label, StandardCharsets.US_ASCII)).append('.');
        }
        return name.toString();
    }

    private static void write(DataOutputStream out, Answer answer) throws IOException {
        out.write(bytes(answer.name()));
        out.writeShort(answer.type());
        out.writeShort(INTERNET);
        out.writeInt(TTL);
        byte[] data = switch (answer.data()) {
            case Data.Address(String ip) -> InetAddress.ofLiteral(ip).getAddress();
            case Data.Name(String target) -> bytes(target);
            case Data.Pointer(String target) -> bytes(target);
            case Data.Server(int port, String target) -> server(port, bytes(target));
        };
        out.writeShort(data.length);
        out.write(data);
    }

    private static byte[] server(int port, byte[] target) {
        return ByteBuffer.allocate(3 * Short.BYTES + target.length)
                .putShort((short) 0)
                .putShort((short) WEIGHT)
                .putShort((short) port)
                .put(target)
                .array();
    }

    private static byte[] bytes(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String label : name.substring(0, name.length() - 1).split("\\.", -1)) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.write(0);
        return out.toByteArray();
    }
}
