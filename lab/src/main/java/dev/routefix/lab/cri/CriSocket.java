package dev.routefix.lab.cri;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** gRPC to a runtime's socket, one call at a time or several from several threads. */
final class CriSocket implements AutoCloseable {
    /** As the kubelet's own, {@code runtimeRequestTimeout}. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration PAUSE = Duration.ofMillis(20);
    /** How containerd's CRI refuses every call before it has recovered its sandboxes. */
    private static final String STARTING = "server is not initialized yet";

    private final EventLoopGroup loop;
    private final ManagedChannel channel;

    private CriSocket(EventLoopGroup loop, ManagedChannel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    static CriSocket at(Path socket) {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ManagedChannel channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .eventLoopGroup(loop)
                .channelType(NioDomainSocketChannel.class)
                // None at all: gRPC asks for one, and Netty warns that a unix socket knows none.
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .overrideAuthority("localhost")
                .usePlaintext()
                .build();
        return new CriSocket(loop, channel);
    }

    /**
     * Calls {@code runtime.v1.<service>/<method>}.
     *
     * @throws CriFailure with the status if it is not OK
     */
    Message call(String service, String method, Message request) {
        MethodDescriptor<Message, Message> descriptor = MethodDescriptor.newBuilder(
                        Message.MARSHALLER, Message.MARSHALLER)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName("runtime.v1." + service, method))
                .build();
        CallOptions options = CallOptions.DEFAULT
                // A runtime that has just been started again is waited for, until it listens ...
                .withWaitForReady()
                .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        while (true) {
            try {
                return ClientCalls.blockingUnaryCall(channel, descriptor, options, request);
            } catch (StatusRuntimeException e) {
                // ... and until it has read what it knows.
                if (!STARTING.equals(e.getStatus().getDescription())) {
                    throw new CriFailure(method, e);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, PATIENCE.toSeconds(), TimeUnit.SECONDS).syncUninterruptibly();
    }
}
