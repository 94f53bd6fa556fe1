package dev.routefix.attachment;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.Json;
import dev.routefix.cni.Names;
import dev.routefix.netlink.IpAddress;
import dev.routefix.record.RecordFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The records under {@code /run/route-fix}, gone after a reboot as the pods are: {@code attachments/<containerID>@<ifname>} says what was set
 * up, {@code addresses/<address>} says for which attachment. DHCP may give a dead pod's address to a new one before the old one's DEL arrives;
 * only the owner named here may take the node's route away. Every call costs the same however many attachments there are, but {@link #all} where one has come or gone.
 */
public final class Attachments {

    /** File locks exclude processes; this excludes the threads of one. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    /** A record has some 400 bytes. One that is larger than this is none, and is not written. */
    private static final int LARGEST = 64 * 1024;

    /** More than the kernel's clock of files takes for a step, which is ten milliseconds at most. */
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Path root;
    private final Path attachments;
    private final Path addresses;
    private final @Nullable Consumer<String> log;

    private volatile @Nullable Listing listing;

    /**
     * What was found in the directory.
     *
     * @param changed when one was written to it or deleted from it last
     */
    private record Listing(FileTime changed, List<Attachment> all) {}

    /** For one who only looks: what cannot be read is passed over, and left where it is. */
    public Attachments(Path root) {
        this(root, null);
    }

    /**
     * For one who works with them: what cannot be read is kept aside in {@code attachments/bad}.
     *
     * @param log takes a sentence about each such file, and about each address that changes hands
     */
    public Attachments(Path root, @Nullable Consumer<String> log) {
        this.root = root;
        this.attachments = root.resolve("attachments");
        this.addresses = root.resolve("addresses");
        this.log = log;
    }

    /**
     * Refuses what would not be read again, by the most it can take in a file.
     *
     * @throws CniException code 7
     */
    public void requireReadable(Attachment attachment) {
        if (RecordJson.most(attachment) > LARGEST) {
            throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "what is to be remembered of " + attachment.id() + " may have more than " + LARGEST
                            + " bytes: it has " + attachment.prefixes().size() + " addresses and "
                            + attachment.routes().size() + " routes, give it fewer");
        }
    }

    /** Remembers the attachment and makes it the owner of its addresses, whoever had them: the newest is the one that was given them last. */
    public void save(Attachment attachment) {
        requireReadable(attachment);
        var id = attachment.id().toString();
        RecordFiles.write(attachments, id, Json.write(RecordJson.of(attachment)));
        for (var address : attachment.addresses()) {
            var before = ownerOf(address);
            if (before != null && !before.equals(id) && log != null) {
                log.accept(address + " is " + id + "'s now, and was " + before
                        + "'s, which has not been deleted: the runtime owes its DEL");
            }
            RecordFiles.write(addresses, address.toString(), id);
        }
    }

    /** Changes what is remembered of an attachment that is there, and nobody's ownership. */
    public void amend(Attachment attachment) {
        RecordFiles.write(attachments, attachment.id().toString(), Json.write(RecordJson.of(attachment)));
    }

    /** The attachment's record, or null if there is none that can be read. */
    public @Nullable Attachment find(AttachmentId id) {
        return read(record(id));
    }

    /** The other attachment that owns the address; null if none does, or its record cannot be read. */
    public @Nullable Attachment otherOwner(IpAddress address, AttachmentId id) {
        var owner = ownerOf(address);
        if (owner == null || owner.equals(id.toString())) {
            return null;
        }
        int at = owner.indexOf('@');
        return find(new AttachmentId(owner.substring(0, at), owner.substring(at + 1)));
    }

    /** Whether no other attachment has taken the address since. */
    public boolean mayTakeAway(IpAddress address, AttachmentId id) {
        var owner = ownerOf(address);
        return owner == null || owner.equals(id.toString());
    }

    /** The addresses an attachment owns, for whom its record cannot be read. Looks at every address of the node. */
    public List<IpAddress> ownedBy(AttachmentId id) {
        var owned = new ArrayList<IpAddress>();
        try (var files = Files.newDirectoryStream(addresses)) {
            for (var file : files) {
                var name = file.getFileName().toString();
                if (!name.endsWith(RecordFiles.TEMPORARY)) {
                    var address = IpAddress.parse(name);
                    if (id.toString().equals(ownerOf(address))) {
                        owned.add(address);
                    }
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException | IllegalArgumentException e) {
            return owned; // somebody else's files among ours
        }
        return owned;
    }

    /** Null if nobody owns the address, or what is written there names nobody. */
    private @Nullable String ownerOf(IpAddress address) {
        var file = addresses.resolve(address.toString());
        if (!Files.exists(file)) {
            return null;
        }
        try {
            var text = new String(RecordFiles.bytes(file, LARGEST), StandardCharsets.UTF_8);
            int at = text.indexOf('@');
            boolean isId = at > 0
                    && Names.isNetworkName(text.substring(0, at))
                    && Names.isInterfaceName(text.substring(at + 1));
            return isId ? text : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Forgets the attachment, and the ownership of those of {@code addresses} it still has. */
    public void forget(AttachmentId id, List<IpAddress> addresses) {
        for (var address : addresses) {
            if (mayTakeAway(address, id)) {
                RecordFiles.delete(owner(address));
            }
        }
        RecordFiles.delete(record(id));
    }

    /** Every attachment whose record can be read. Who asks again and again has those read again only when one has been written or deleted meanwhile. */
    public List<Attachment> all() {
        try {
            var changed = Files.getLastModifiedTime(attachments);
            var known = listing;
            if (known == null || !known.changed.equals(changed)) {
                // the clock of files has ticks: in the last one there may be another change
                boolean isOver = changed.toInstant().isBefore(Instant.now().minus(TICK));
                known = new Listing(changed, read());
                listing = isOver ? known : null;
            }
            return known.all;
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw RecordFiles.failed("list", attachments, e);
        }
    }

    private List<Attachment> read() throws IOException {
        var found = new ArrayList<Attachment>();
        try (var files = Files.newDirectoryStream(attachments, "*@*")) {
            for (var file : files) {
                var attachment = file.getFileName().toString().endsWith(RecordFiles.TEMPORARY) ? null : read(file);
                if (attachment != null) {
                    found.add(attachment);
                }
            }
        }
        return List.copyOf(found);
    }

    /** Does {@code work} while no other ADD or DEL of this node, in this process or another, does any. */
    public void exclusively(Runnable work) {
        THREADS.lock();
        try (var lock = openLock();
                var held = lock.lock()) {
            work.run();
            assert held.isValid();
        } catch (IOException e) {
            throw RecordFiles.failed("lock", root.resolve("lock"), e);
        } finally {
            THREADS.unlock();
        }
    }

    private FileChannel openLock() throws IOException {
        return RecordFiles.open(root, "lock");
    }

    private @Nullable Attachment read(Path file) {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            var attachment = RecordJson.read(Json.read(RecordFiles.bytes(file, LARGEST)));
            if (!attachment.id().toString().equals(file.getFileName().toString())) {
                throw new IllegalArgumentException("it is the record of " + attachment.id());
            }
            return attachment;
        } catch (NoSuchFileException gone) {
            return null;
        } catch (IOException | IllegalArgumentException unreadable) {
            if (log != null) {
                setAside(file, String.valueOf(unreadable.getMessage()), log);
            }
            return null;
        }
    }

    /** What cannot be read may still tell somebody something, and must not be met again by the next call. */
    private void setAside(Path file, String why, Consumer<String> log) {
        var bad = attachments.resolve("bad").resolve(file.getFileName());
        try {
            Files.createDirectories(attachments.resolve("bad"));
            Files.move(file, bad, StandardCopyOption.REPLACE_EXISTING);
            log.accept("the record " + file + " cannot be used (" + why + ") and is kept as " + bad);
        } catch (IOException e) {
            log.accept("the record " + file + " cannot be used (" + why + ") and cannot be moved away: " + e);
        }
    }

    private Path record(AttachmentId id) {
        return attachments.resolve(id.toString());
    }

    private Path owner(IpAddress address) {
        return addresses.resolve(address.toString());
    }
}
