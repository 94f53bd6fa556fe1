package dev.routefix.dhcp.lease;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.Json;
import dev.routefix.cni.Names;
import dev.routefix.netlink.MacAddress;
import dev.routefix.record.RecordFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The leases under {@code /var/lib/route-fix/leases}: {@code <containerID>@<ifname>} is an attachment's, {@code named/<key>} is that of a name which comes again and whose pod is gone,
 * {@code free/<mac>} is nobody's yet. One is never in two places: it is renamed from one to the other, so of two processes that want it one gets it.
 */
public final class LeaseStore {

    private static final String NAMED = "named";
    private static final String FREE = "free";
    private static final String BAD = "bad";

    /** A file has some 700 bytes. One that is larger than this is none, and is not written. */
    private static final int LARGEST = 64 * 1024;

    private final Path root;
    private final Consumer<String> log;

    /**
     * Those of a node.
     *
     * @param state {@code /var/lib/route-fix}
     * @param log takes a sentence about each file that cannot be read, which is kept aside in {@code leases/bad}
     */
    public LeaseStore(Path state, Consumer<String> log) {
        this.root = state.resolve("leases");
        this.log = log;
    }

    /** An attachment's, or null. */
    public @Nullable Lease find(AttachmentId attachment) {
        return read(root.resolve(attachment.toString()), attachment);
    }

    /** That of a name which comes again, if it is nobody's now; or null. */
    public @Nullable Lease remembered(String key) {
        return read(root.resolve(NAMED).resolve(key), null);
    }

    /** All that attachments have. */
    public List<Lease> ofAttachments() {
        return all(root);
    }

    /** All that are nobody's yet. */
    public List<Lease> free() {
        return all(root.resolve(FREE));
    }

    /** All that names have which are not there now. */
    public List<Lease> remembered() {
        return all(root.resolve(NAMED));
    }

    /** The attachments that have one, by the files' names alone. */
    public Set<AttachmentId> attachments() {
        var attachments = new HashSet<AttachmentId>();
        try (var files = Files.newDirectoryStream(root, "*@*")) {
            for (var file : files) {
                var attachment = attachment(file.getFileName().toString());
                if (attachment != null && !file.toString().endsWith(RecordFiles.TEMPORARY)) {
                    attachments.add(attachment);
                }
            }
        } catch (NoSuchFileException none) {
            return attachments;
        } catch (IOException e) {
            throw RecordFiles.failed("list", root, e);
        }
        return attachments;
    }

    private List<Lease> all(Path directory) {
        var found = new ArrayList<Lease>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                var name = file.getFileName().toString();
                if (!name.endsWith(RecordFiles.TEMPORARY) && !Files.isDirectory(file)) {
                    var lease = read(file, directory.equals(root) ? attachment(name) : null);
                    if (lease != null) {
                        found.add(lease);
                    }
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw RecordFiles.failed("list", directory, e);
        }
        return found;
    }

    private static @Nullable AttachmentId attachment(String name) {
        int at = name.indexOf('@');
        boolean isId =
                at > 0 && Names.isNetworkName(name.substring(0, at)) && Names.isInterfaceName(name.substring(at + 1));
        return isId ? new AttachmentId(name.substring(0, at), name.substring(at + 1)) : null;
    }

    private @Nullable Lease read(Path file, @Nullable AttachmentId attachment) {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            if (attachment == null && file.equals(root.resolve(file.getFileName()))) {
                throw new IOException("its name is no attachment's");
            }
            return LeaseJson.read(Json.read(RecordFiles.bytes(file, LARGEST)), attachment);
        } catch (NoSuchFileException gone) {
            return null;
        } catch (IOException | IllegalArgumentException unreadable) {
            setAside(file, String.valueOf(unreadable.getMessage()));
            return null;
        }
    }

    /** What cannot be read may still tell somebody something, and must not be met again. */
    private void setAside(Path file, String why) {
        var bad = root.resolve(BAD).resolve(file.getFileName());
        try {
            Files.createDirectories(root.resolve(BAD));
            Files.move(file, bad, StandardCopyOption.REPLACE_EXISTING);
            log.accept("the lease " + file + " cannot be used (" + why + ") and is kept as " + bad
                    + ": its address is not renewed any more");
        } catch (IOException e) {
            log.accept("the lease " + file + " cannot be used (" + why + ") and cannot be moved away: " + e);
        }
    }

    /** Writes it whole, or not at all; when this returns it is on the disk. */
    public void save(Lease lease) {
        write(lease, true);
    }

    /** The same for what may be lost with the power, as a renewal: its lease is there, only shorter. */
    public void update(Lease lease) {
        write(lease, false);
    }

    private void write(Lease lease, boolean durable) {
        var file = file(lease);
        var text = Json.write(LeaseJson.of(lease));
        int size = text.getBytes(StandardCharsets.UTF_8).length;
        if (size > LARGEST) {
            throw new CniException(
                    ErrorCode.IO_FAILURE,
                    "what a server gave " + lease.name() + " takes " + size + " bytes, more than " + LARGEST);
        }
        if (durable) {
            RecordFiles.writeDurably(directory(lease), name(file), text);
        } else {
            RecordFiles.write(directory(lease), name(file), text);
        }
    }

    /**
     * Takes one that is nobody's for an attachment.
     *
     * @return false if another was faster
     */
    public boolean claim(Lease free, AttachmentId attachment) {
        try {
            Files.move(file(free), root.resolve(attachment.toString()), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException taken) {
            return false;
        } catch (IOException e) {
            throw RecordFiles.failed("take", file(free), e);
        }
    }

    /** Makes an attachment's nobody's: that of its name, if that comes again, else free. */
    public Lease keep(Lease lease) {
        var kept = lease.ofNobody();
        try {
            Files.createDirectories(directory(kept));
            Files.move(file(lease), file(kept), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException gone) {
            return kept;
        } catch (IOException e) {
            throw RecordFiles.failed("keep", file(lease), e);
        }
        return kept;
    }

    /**
     * Deletes it.
     *
     * @return false if it was not there any more: another process has it now
     */
    public boolean delete(Lease lease) {
        return RecordFiles.delete(file(lease));
    }

    /** Forgets all of them, as the node is left. */
    public void forget() {
        for (var directory : List.of(root.resolve(NAMED), root.resolve(FREE), root.resolve(BAD), root)) {
            try (var files = Files.newDirectoryStream(directory)) {
                for (var file : files) {
                    Files.deleteIfExists(file);
                }
                Files.deleteIfExists(directory);
            } catch (NoSuchFileException none) {
                // nothing was kept there
            } catch (IOException e) {
                throw RecordFiles.failed("delete", directory, e);
            }
        }
    }

    private Path directory(Lease lease) {
        if (lease.attachment() != null) {
            return root;
        }
        return root.resolve(lease.identity().comesAgain() ? NAMED : FREE);
    }

    private Path file(Lease lease) {
        var attachment = lease.attachment();
        var key = lease.identity().key();
        if (attachment != null) {
            return root.resolve(attachment.toString());
        }
        return directory(lease)
                .resolve(key != null ? key : name(lease.identity().client().mac()));
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static String name(MacAddress mac) {
        return mac.toString().replace(":", "");
    }
}
