package dev.routefix.plugin;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.attachment.MadeInterfaces;
import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.SpecVersion;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.namespace.KeptTables;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.netlink.sys.PacketSocket;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One CNI call from environment and stdin to exit code and stdout. The order is always the same: check the request whole, read, plan, apply.
 * Each verb is a class of its own; here stands only what they share: version and error handling.
 */
public final class RouteFix {

    private static final String ABOUT = "CNI plugin route-fix: leads a macvlan pod's traffic through its node";

    /** The largest configuration; one with a prevResult has some 2 KiB. */
    private static final int LARGEST = 1 << 20;

    private final Path run;
    private final Lifecycle lifecycle;
    private final Sandboxes sandboxes;
    private final Announcement announcement;
    private final Provisions provisions;
    private final Departures departures = new Departures();

    /** The node's. */
    private final Supplier<Netlink> tables;

    /**
     * The plugin of a process that lives for one call.
     *
     * @param run {@code /run/route-fix}, where the attachments are
     * @param lifecycle of the node
     * @param sandboxes how it finds the pods' namespaces
     * @param provisions what it takes to make pods' interfaces
     */
    public RouteFix(Path run, Lifecycle lifecycle, Sandboxes sandboxes, Provisions provisions) {
        this(run, lifecycle, sandboxes, provisions, new Announcement.ByThePod(), Namespace::own);
    }

    /**
     * The plugin of a process that stays, in the node's namespace.
     *
     * @param socket to announce pods with
     */
    public RouteFix(Path run, Lifecycle lifecycle, Sandboxes sandboxes, Provisions provisions, PacketSocket socket) {
        this(run, lifecycle, sandboxes, provisions, new Announcement.ByTheNode(socket), new KeptTables()::open);
    }

    private RouteFix(
            Path run,
            Lifecycle lifecycle,
            Sandboxes sandboxes,
            Provisions provisions,
            Announcement announcement,
            Supplier<Netlink> tables) {
        this.run = run;
        this.lifecycle = lifecycle;
        this.sandboxes = sandboxes;
        this.provisions = provisions;
        this.announcement = announcement;
        this.tables = tables;
    }

    /** Never throws: whatever goes wrong becomes an error object. */
    public Answer answer(Map<String, String> env, InputStream stdin) {
        var notices = new ArrayList<String>();
        return answer(env, stdin, notices, Runnable::run).noting(env.get("CNI_COMMAND"), notices);
    }

    /**
     * The same for one who sends the answer before all is done, so that nobody waits for what cannot change it.
     *
     * @param afterwards takes what is to be done once the answer is on its way, whether it arrives or not
     * @param log takes the lines that come of it
     */
    public Answer answer(
            Map<String, String> env, InputStream stdin, Consumer<Runnable> afterwards, Consumer<String> log) {
        var command = env.get("CNI_COMMAND");
        var notices = new ArrayList<String>();
        return answer(
                        env,
                        stdin,
                        notices,
                        work -> afterwards.accept(() -> {
                            int told = notices.size();
                            try {
                                work.run();
                            } catch (CniException | NetlinkException e) {
                                notices.add("left something behind: " + message(e));
                            }
                            for (var notice : notices.subList(told, notices.size())) {
                                log.accept(Answer.line(command, notice).strip());
                            }
                        }))
                .noting(command, notices);
    }

    private Answer answer(
            Map<String, String> env, InputStream stdin, List<String> notices, Consumer<Runnable> afterwards) {
        var command = env.get("CNI_COMMAND");
        if (command == null || command.isEmpty()) {
            return new Answer(
                    0,
                    "",
                    ABOUT + "\nCNI protocol versions supported: " + String.join(", ", SpecVersion.texts()) + "\n");
        }
        @Nullable String version = null;
        try {
            // VERSION must answer without stdin, which may be a terminal
            var request = CniRequest.parse(env, command.equals("VERSION") ? new byte[0] : readAll(stdin));
            version = request.config() == null ? null : request.config().cniVersion().text;
            return new Verbs(request, env, notices, afterwards).answer();
        } catch (CniException e) {
            return Answer.failure(command, version, e);
        } catch (NetlinkException e) {
            return Answer.failure(command, version, new CniException(ErrorCode.KERNEL_REFUSED, message(e)));
        } catch (RuntimeException | Error e) {
            return Answer.failure(command, version, Answer.fault(e.toString()));
        }
    }

    /**
     * Does for a pod that is gone what its DEL would have done, unless it has been attached anew.
     *
     * @param seen as it was when the pod was found to be gone
     * @return what is left behind, and why; empty if nothing is
     */
    public String release(Attachment seen) {
        var notices = new ArrayList<String>();
        var attachments = new Attachments(run, notices::add);
        var answer = new Del(attachments, lifecycle, sandboxes, tables).takeAway(seen);
        if (MadeInterfaces.isMade(run, seen.id()) && attachments.find(seen.id()) == null) {
            forget(seen.id(), notices);
        }
        return answer.noting("DEL", notices).log();
    }

    private void forget(AttachmentId id, List<String> notices) {
        try {
            new PodInterfaces(run, sandboxes, tables, provisions, departures, Map.of(), notices::add).forget(id, false);
        } catch (RuntimeException e) {
            notices.add("left something of " + id + " behind: " + e.getMessage());
        }
    }

    /** One request, whoever made or makes the pod's interface. */
    private final class Verbs {

        private final CniRequest request;
        private final Map<String, String> env;
        private final List<String> notices;
        private final Consumer<Runnable> afterwards;
        private final Attachments attachments;

        Verbs(CniRequest request, Map<String, String> env, List<String> notices, Consumer<Runnable> afterwards) {
            this.request = request;
            this.env = env;
            this.notices = notices;
            this.afterwards = afterwards;
            attachments = new Attachments(run, notices::add);
        }

        Answer answer() {
            if (Loopback.isMeant(request)) {
                return Loopback.answer(request, sandboxes);
            }
            return switch (request.command()) {
                case ADD -> Answer.success(add());
                case DEL -> del();
                case CHECK -> {
                    if (isOurs()) {
                        interfaces().check(request);
                    }
                    Check.run(request, attachments, sandboxes, tables);
                    yield Answer.success();
                }
                case STATUS -> {
                    Check.runStatus(request.conf(), lifecycle, tables);
                    if (hasIpam()) {
                        interfaces().status(request);
                    }
                    yield Answer.success();
                }
                case GC -> gc();
                case VERSION -> versions();
            };
        }

        private Map<String, @Nullable Object> add() {
            var add = new Add(attachments, lifecycle, sandboxes, announcement, afterwards, tables, notices::add);
            return request.makesInterface() ? interfaces().add(request, add) : add.run(request);
        }

        private Answer del() {
            for (var fault : request.conf().faults()) {
                notices.add(fault + "; DEL does without it");
            }
            boolean ours = isOurs(); // by a record that goes now
            var answer = new Del(attachments, lifecycle, sandboxes, tables).run(request);
            if (ours) {
                interfaces().del(request, afterwards);
            }
            return answer;
        }

        private Answer gc() {
            var valid = request.conf().validAttachments();
            if (valid != null && hasIpam()) {
                interfaces().gc(request, valid, this::isThere);
            }
            return new Gc(attachments, new Del(attachments, lifecycle, sandboxes, tables)).run(request);
        }

        private boolean isThere(AttachmentId id) {
            var attachment = attachments.find(id);
            return attachment != null && sandboxes.isThere(attachment.netns(), attachment.namespace());
        }

        /** Whether the interface of this attachment is one of those that we make; a chain's has no {@code ipam} of ours, and no record. */
        private boolean isOurs() {
            return hasIpam() || MadeInterfaces.isMade(run, request.attached());
        }

        private boolean hasIpam() {
            return request.conf().master() != null && request.conf().own().ipam() != null;
        }

        private PodInterfaces interfaces() {
            return new PodInterfaces(run, sandboxes, tables, provisions, departures, env, notices::add);
        }
    }

    private static Answer versions() {
        var versions = new LinkedHashMap<String, @Nullable Object>();
        versions.put("cniVersion", SpecVersion.V1_1_0.text);
        versions.put("supportedVersions", SpecVersion.texts());
        return Answer.success(versions);
    }

    private static byte[] readAll(InputStream stdin) {
        try {
            var bytes = stdin.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new CniException(
                        ErrorCode.DECODING_FAILURE,
                        "the network configuration on stdin is larger than 1 MiB: this cannot be one");
            }
            return bytes;
        } catch (IOException e) {
            throw new CniException(
                    ErrorCode.IO_FAILURE, "cannot read the network configuration from stdin", e.toString());
        }
    }

    private static String message(Throwable e) {
        var text = new StringBuilder(String.valueOf(e.getMessage()));
        for (var also : e.getSuppressed()) {
            text.append("; and while putting things back: ").append(also.getMessage());
        }
        return text.toString();
    }
}
