package dev.routefix.lab.containerd;

import dev.routefix.lab.containerd.DaemonSetFile.Capabilities;
import dev.routefix.lab.containerd.DaemonSetFile.SeccompProfile;
import dev.routefix.lab.containerd.DaemonSetFile.SecurityContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a container may do, as its {@code securityContext} says.
 *
 * @param privileged everything, with this machine's devices; then the others mean nothing
 * @param capabilities what it has of capabilities(7), without {@code CAP_}
 * @param seccomp whether the runtime's own filter of system calls applies (seccomp(2))
 * @param escalation whether a program it starts may have more than it has itself (PR_SET_NO_NEW_PRIVS)
 */
public record Privileges(boolean privileged, Set<String> capabilities, boolean seccomp, boolean escalation) {
    /** What containerd gives where nothing is said; {@code defaultUnixCaps} of its package {@code oci}. */
    private static final Set<String> USUAL = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "NET_RAW",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    private static final String ALL = "ALL";

    public Privileges {
        capabilities = Set.copyOf(capabilities);
    }

    static Privileges of(@Nullable SecurityContext context) {
        if (context == null) {
            return new Privileges(false, USUAL, false, true);
        }
        return new Privileges(
                context.privileged(),
                capabilities(context.capabilities()),
                seccomp(context.seccompProfile()),
                !Boolean.FALSE.equals(context.allowPrivilegeEscalation()));
    }

    /** What is added counts, whatever is dropped. */
    private static Set<String> capabilities(@Nullable Capabilities given) {
        if (given == null) {
            return USUAL;
        }
        List<String> drop = given.drop() == null ? List.of() : given.drop();
        List<String> add = given.add() == null ? List.of() : given.add();
        if (add.contains(ALL)) {
            throw new IllegalArgumentException("securityContext.capabilities.add: ALL is not understood");
        }
        Set<String> left = new TreeSet<>(drop.contains(ALL) ? Set.of() : USUAL);
        drop.forEach(left::remove);
        left.addAll(add);
        return left;
    }

    private static boolean seccomp(@Nullable SeccompProfile profile) {
        String type = profile == null ? "Unconfined" : profile.type();
        return switch (type) {
            case "RuntimeDefault" -> true;
            case "Unconfined" -> false;
            default ->
                throw new IllegalArgumentException(
                        "securityContext.seccompProfile.type: " + type + " is not understood");
        };
    }

    /** The same without one capability. */
    public Privileges without(String capability) {
        Set<String> left = new TreeSet<>(capabilities);
        if (!left.remove(capability)) {
            throw new IllegalArgumentException("there is no " + capability + " among " + capabilities);
        }
        return new Privileges(privileged, left, seccomp, escalation);
    }

    /** As flags of {@code ctr run}, which begins with what is usual. */
    List<String> flags() {
        if (privileged) {
            return List.of("--privileged");
        }
        List<String> flags = new ArrayList<>();
        capabilities.stream().sorted().forEach(each -> flags.addAll(List.of("--cap-add", "CAP_" + each)));
        USUAL.stream()
                .filter(each -> !capabilities.contains(each))
                .sorted()
                .forEach(each -> flags.addAll(List.of("--cap-drop", "CAP_" + each)));
        if (seccomp) {
            flags.add("--seccomp");
        }
        if (escalation) {
            flags.add("--allow-new-privs");
        }
        return flags;
    }
}
