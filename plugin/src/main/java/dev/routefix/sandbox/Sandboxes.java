package dev.routefix.sandbox;

import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.namespace.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where this process finds a sandbox, whose path the runtime gives as the host has it. A process on the host takes it as it is; one in a container
 * may have to go by the host's root, if the path is not mounted into the container.
 */
public final class Sandboxes {

    /** As many as the kernel follows (path_resolution(7)). */
    private static final int MOST_LINKS = 40;

    /** Stands between the two numbers of an identity. */
    private static final String COOKIE = "/";

    /** A mount that did not reach this container leaves an empty file in its place; namespaces are on a file system of their own. */
    private static final Object NAMESPACES = device();

    /** What tells a namespace's file from others: the kernel gives an inode's number again, but not the time when it was made. */
    private static final String FILE = "unix:dev,ino,ctime";

    /** As many as a node has pods, and some more. */
    private static final int MOST_KNOWN = 512;

    /**
     * The files that namespaces of an identity were seen to have, so that nobody has to go there to see it again. A namespace's file may change while it stays, where nothing but a process
     * holds it.
     */
    private static final Map<String, Object> KNOWN = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Object> eldest) {
            return size() > MOST_KNOWN;
        }
    });

    private final @Nullable Path hostRoot;

    private Sandboxes(@Nullable Path hostRoot) {
        this.hostRoot = hostRoot;
    }

    /** For a process on the host itself. */
    public static Sandboxes asGiven() {
        return new Sandboxes(null);
    }

    /**
     * For a process in a container.
     *
     * @param hostRoot such as {@code /proc/1/root}
     */
    public static Sandboxes alsoBelow(Path hostRoot) {
        return new Sandboxes(hostRoot);
    }

    /** The path that leads to it from here; the given one if none does. */
    public Path locate(String netns) {
        var given = Path.of(netns);
        if (hostRoot == null || isNamespace(given)) {
            return given;
        }
        var onHost = below(hostRoot, given);
        return onHost != null && isNamespace(onHost) ? onHost : given;
    }

    /**
     * Where a path of the host leads, below its root. Follows symbolic links as the host would: in {@code /proc/1/root/var/run}, where {@code /var/run} leads to {@code /run}, the kernel would go on
     * at this process's own root.
     *
     * @return null if its links lead nowhere
     */
    public static @Nullable Path below(Path root, Path path) {
        var ahead = new ArrayDeque<Path>();
        path.normalize().forEach(ahead::addLast);
        var reached = Path.of("/");
        int links = 0;
        while (!ahead.isEmpty()) {
            var next = reached.resolve(ahead.removeFirst()).normalize();
            var here = root.resolve(Path.of("/").relativize(next));
            // the links of a /proc/<pid>/ns lead to no path
            if (next.startsWith("/proc") || !Files.isSymbolicLink(here)) {
                reached = next;
                continue;
            }
            links++;
            if (links > MOST_LINKS) {
                return null;
            }
            try {
                var target = Files.readSymbolicLink(here);
                reached = target.isAbsolute() ? Path.of("/") : reached;
                for (int i = target.getNameCount() - 1; i >= 0; i--) {
                    ahead.addFirst(target.getName(i));
                }
            } catch (IOException | InvalidPathException gone) {
                return null;
            }
        }
        return root.resolve(Path.of("/").relativize(reached));
    }

    /**
     * Whether the sandbox is there. Where its namespace is known, another one at its path is not taken for it: a {@code /proc/<pid>} may be another
     * process's by now, and the kernel gives an inode's number again.
     *
     * @param namespace as {@link #identity} said of it
     */
    public boolean isThere(String netns, @Nullable String namespace) {
        var path = locate(netns);
        var file = namespace == null ? null : attributes(path);
        if (namespace == null || file == null) {
            return Files.exists(path);
        }
        var inode = inode(file);
        return inode.equals(inode(namespace))
                && (inode.equals(namespace) || file.equals(KNOWN.get(namespace)) || namespace.equals(identity(path)));
    }

    /**
     * What tells the namespace at a path from all others since the machine was started: the number of its inode (namespaces(7)), which is that of no
     * other as long as it exists, and its cookie, where the kernel has one.
     *
     * @return null if there is none
     */
    public static @Nullable String identity(Path path) {
        if (!isNamespace(path)) {
            return null;
        }
        try {
            return Namespace.visit(path, (inside, _) -> identity(path, inside));
        } catch (NetlinkException gone) {
            return null;
        }
    }

    /** The same for one who is inside. */
    public static @Nullable String identity(Path path, Netlink inside) {
        var file = attributes(path);
        long cookie = inside.cookie();
        if (file == null || cookie == 0) {
            return file == null ? null : inode(file);
        }
        var identity = inode(file) + COOKIE + cookie;
        KNOWN.put(identity, file);
        return identity;
    }

    /** Whether the namespace at a path, for one who is inside, is the one of which an identity is remembered; null stands for any. */
    public static boolean isIt(@Nullable String namespace, Path path, Netlink inside) {
        var here = namespace == null ? null : identity(path, inside);
        return here == null || here.equals(namespace) || inode(here).equals(namespace);
    }

    /** The inode's number in an identity. */
    public static String inode(String identity) {
        int cookie = identity.indexOf(COOKIE);
        return cookie < 0 ? identity : identity.substring(0, cookie);
    }

    private static String inode(Map<String, Object> file) {
        return String.valueOf(file.get("ino"));
    }

    /** Those of a namespace's file; null if it is none. */
    private static @Nullable Map<String, Object> attributes(Path path) {
        try {
            var file = Files.readAttributes(path, FILE);
            return NAMESPACES.equals(file.get("dev")) ? file : null;
        } catch (IOException missing) {
            return null;
        }
    }

    private static boolean isNamespace(Path path) {
        return attributes(path) != null;
    }

    private static Object device() {
        try {
            return Files.getAttribute(Path.of("/proc/self/ns/net"), "unix:dev");
        } catch (IOException noProc) {
            return "unknown"; // then nothing is taken for a namespace
        }
    }
}
