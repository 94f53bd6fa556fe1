package dev.routefix.netlink.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory that the C library reads and writes, kept for whoever needs some next. Left to the garbage collector, which does not see how large it is,
 * that of a hundred requests would pile up to more than the whole heap.
 */
public final class Buffers {

    /** For what is written: requests, and settings, which have at most a page. */
    public static final Buffers SMALL = new Buffers(4 * 1024);

    /**
     * For datagrams of a dump. The kernel makes them as large as the buffer it is asked to fill, but for an entry that is larger by itself
     * ({@code netlink_dump} in {@code net/netlink/af_netlink.c}); an interface takes up to two KiB.
     */
    public static final Buffers LARGE = new Buffers(16 * 1024);

    final int size;
    private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    private Buffers(int size) {
        this.size = size;
    }

    /** An empty direct buffer in the machine's byte order. */
    public ByteBuffer take() {
        ByteBuffer kept = free.poll();
        return kept == null ? ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()) : kept.clear();
    }

    /** The buffer must not be used by the caller any more. */
    public void giveBack(ByteBuffer buffer) {
        free.add(buffer);
    }
}
