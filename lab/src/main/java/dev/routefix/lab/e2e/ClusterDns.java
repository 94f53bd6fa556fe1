package dev.routefix.lab.e2e;

import dev.routefix.lab.net.Netns;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.BufferUnderflowException;
import java.util.Arrays;
import java.util.function.Supplier;

/** The cluster's DNS, as far as pods go: a server on port 53 in the network of one. */
final class ClusterDns implements AutoCloseable {
    private static final int PORT = 53;
    private static final int DATAGRAM = 4096;

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Supplier<Services> services;

    private ClusterDns(DatagramSocket udp, ServerSocket tcp, Supplier<Services> services) {
        this.udp = udp;
        this.tcp = tcp;
        this.services = services;
    }

    static ClusterDns start(Netns pod, Supplier<Services> services) {
        ClusterDns dns = pod.call(() -> new ClusterDns(new DatagramSocket(PORT), new ServerSocket(PORT), services));
        dns.loop(dns::datagram);
        dns.loop(dns::connection);
        return dns;
    }

    private interface Step {
        void take() throws IOException;
    }

    private void loop(Step step) {
        Thread.ofPlatform().daemon().name("dns").start(() -> {
            while (!udp.isClosed()) {
                try {
                    step.take();
                } catch (IOException | BufferUnderflowException e) {
                    // Somebody's bad question, or the end.
                }
            }
        });
    }

    private void datagram() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM], DATAGRAM);
        udp.receive(packet);
        byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
        udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
    }

    private void connection() throws IOException {
        Socket peer = tcp.accept();
        Thread.ofVirtual().start(() -> {
            try (peer) {
                DataInputStream in = new DataInputStream(peer.getInputStream());
                DataOutputStream out = new DataOutputStream(peer.getOutputStream());
                while (true) {
                    byte[] answer = answer(in.readNBytes(in.readUnsignedShort()));
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            } catch (IOException | BufferUnderflowException e) {
                // It has asked enough.
            }
        });
    }

    private byte[] answer(byte[] query) {
        return DnsAnswer.to(query, new DnsZone(services.get()));
    }

    @Override
    public void close() {
        try (udp;
                tcp) {
            // Closing ends both loops.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
