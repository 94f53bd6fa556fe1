package dev.routefix.attachment;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.Json;
import dev.routefix.netlink.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The records under {@code /run/route-fix}, gone after a reboot as the pods are: {@code attachments/<containerID>@<ifname>} says what was set
 * up, {@code addresses/<address>} says for which attachment. DHCP may give a dead pod's address to a new one before the old one's DEL arrives;
 * only the owner named here may take the node's route away. Every call costs the same however many attachments there are, but {@link #all}.
 */
public final class Attachments {

    private static final Set<StandardOpenOption> EMPTY_FILE = Set.of(CREATE, TRUNCATE_EXISTING, WRITE);

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(EnumSet.of(OWNER_READ, OWNER_WRITE));

    private static final String TEMPORARY = ".tmp";

    /** File locks exclude processes; this excludes the threads of one. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final Path root;
    private final Path attachments;
    private final Path addresses;

    public Attachments(Path root) {
        this.root = root;
        this.attachments = root.resolve("attachments");
        this.addresses = root.resolve("addresses");
    }

    /** Remembers the attachment and makes it the owner of its addresses. */
    public void save(Attachment attachment) {
        write(attachments, attachment.id().toString(), Json.write(attachment.toJson()));
        for (var address : attachment.addresses()) {
            write(addresses, address.toString(), attachment.id().toString());
        }
    }

    /** The attachment's record, or null if there is none that can be read. */
    public @Nullable Attachment find(AttachmentId id) {
        return read(record(id));
    }

    /** Whether no other attachment has taken the address since. */
    public boolean mayTakeAway(IpAddress address, AttachmentId id) {
        try {
            return Files.readString(owner(address)).equals(id.toString());
        } catch (NoSuchFileException nobody) {
            return true;
        } catch (IOException e) {
            throw failed("read", owner(address), e);
        }
    }

    /** Forgets the attachment, and the ownership of those of {@code addresses} it still has. */
    public void forget(AttachmentId id, List<IpAddress> addresses) {
        for (var address : addresses) {
            if (mayTakeAway(address, id)) {
                delete(owner(address));
            }
        }
        delete(record(id));
    }

    /** Every attachment whose record can be read. */
    public List<Attachment> all() {
        var found = new ArrayList<Attachment>();
        try (var files = Files.newDirectoryStream(attachments, "*@*")) {
            for (var file : files) {
                var attachment = file.getFileName().toString().endsWith(TEMPORARY) ? null : read(file);
                if (attachment != null) {
                    found.add(attachment);
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw failed("list", attachments, e);
        }
        return found;
    }

    /** Does {@code work} while no other ADD or DEL of this node, in this process or another, does any. */
    public void exclusively(Runnable work) {
        THREADS.lock();
        try (var lock = openLock();
                var held = lock.lock()) {
            work.run();
            assert held.isValid();
        } catch (IOException e) {
            throw failed("lock", root.resolve("lock"), e);
        } finally {
            THREADS.unlock();
        }
    }

    private FileChannel openLock() throws IOException {
        return open(root, "lock");
    }

    /**
     * Atomic for readers and for a crash of this process; a crash of the machine empties /run anyway. Nobody else writes meanwhile
     * ({@link #exclusively}), so what a crash has left under the temporary name may be overwritten.
     */
    private static void write(Path directory, String name, String text) {
        var file = directory.resolve(name);
        var temporary = directory.resolve(name + TEMPORARY);
        try (var channel = open(directory, name + TEMPORARY)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            temporary.toFile().delete();
            throw failed("write", file, e);
        }
    }

    private static FileChannel open(Path directory, String name) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
        }
        return FileChannel.open(directory.resolve(name), EMPTY_FILE, OWNER_ONLY);
    }

    private static @Nullable Attachment read(Path file) {
        try {
            return Attachment.of(Json.read(Files.readAllBytes(file)));
        } catch (IOException | IllegalArgumentException unreadable) {
            return null;
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed("delete", file, e);
        }
    }

    private Path record(AttachmentId id) {
        return attachments.resolve(id.toString());
    }

    private Path owner(IpAddress address) {
        return addresses.resolve(address.toString());
    }

    private static RuntimeException failed(String attempt, Path path, IOException e) {
        return new CniException(
                ErrorCode.IO_FAILURE,
                "cannot " + attempt + " " + path + ": " + e.getClass().getSimpleName()
                        + ", is the directory writable and not full?",
                e.toString());
    }
}
