package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.Sysctls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Settings as files of {@code /proc/sys} (proc(5)). By system calls, not {@code java.nio.file}: these fail on a thread that is being interrupted,
 * and do not tell why a setting was refused.
 */
public final class ProcSysctls implements Sysctls {

    /** Where the manifest mounts it. Its files are those of the namespace of whoever opens them, as in {@code /proc/sys}. */
    private static final String MOUNTED = "/host/proc/sys/";

    private static final String PROC_SYS = "/proc/sys/";

    /** A container that is not privileged has {@code /proc/sys} read-only, and may have the host's {@code net} of it elsewhere. */
    private static final String WRITABLE =
            Files.isWritable(Path.of(PROC_SYS, "net/ipv4/ip_forward")) ? PROC_SYS : MOUNTED;

    /** Those of the namespace the calling thread is in. */
    public ProcSysctls() {}

    @Override
    public @Nullable String read(String name) {
        var buffer = Buffers.SMALL.take();
        try {
            int fd = LibC.open(PROC_SYS + name, LibC.O_RDONLY | LibC.O_CLOEXEC);
            try {
                return text(buffer, LibC.read(fd, buffer));
            } finally {
                LibC.close(fd);
            }
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.ENOENT.number) {
                return null;
            }
            throw new NetlinkException("read setting " + name, e.getErrorCode(), "");
        } finally {
            Buffers.SMALL.giveBack(buffer);
        }
    }

    private static String text(ByteBuffer buffer, int size) {
        int end = size > 0 && buffer.get(size - 1) == '\n' ? size - 1 : size;
        var bytes = new byte[end];
        buffer.get(0, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Override
    public void write(String name, String value) {
        var buffer = Buffers.SMALL
                .take()
                .put(value.getBytes(StandardCharsets.US_ASCII))
                .flip();
        try {
            int fd = LibC.open(WRITABLE + name, LibC.O_WRONLY | LibC.O_CLOEXEC);
            try {
                LibC.write(fd, buffer);
            } finally {
                LibC.close(fd);
            }
        } catch (LastErrorException e) {
            throw new NetlinkException("set " + name + " to " + value, e.getErrorCode(), cure());
        } finally {
            Buffers.SMALL.giveBack(buffer);
        }
    }

    private static String cure() {
        return Files.exists(Path.of(WRITABLE, "net"))
                ? ""
                : "/proc/sys is read-only here: mount the host's /proc/sys/net at " + MOUNTED + "net";
    }
}
