package dev.routefix.installer.pods;

import dev.routefix.attachment.Attachment;
import java.util.List;
import java.util.stream.Collectors;

/** Pods as people ask for them. */
public final class AskedPods {

    /** As many characters of a container's id are taken for it. */
    private static final int SHORT_ID = 12;

    private AskedPods() {}

    /**
     * Those of that name.
     *
     * @param name a pod's name, {@code namespace/name}, an address, or a container's id or the beginning of one
     * @throws NoSuchPod if none is attached of which that is said
     */
    public static List<Attachment> called(String name, List<Attachment> all) {
        var called =
                all.stream().filter(attachment -> isCalled(attachment, name)).toList();
        if (called.isEmpty()) {
            throw none(name, all);
        }
        return called;
    }

    /** What to tell who asks for another one. */
    public static NoSuchPod none(String name, List<Attachment> all) {
        var names = all.stream().map(Attachment::name).collect(Collectors.joining(", "));
        return new NoSuchPod("no such pod: " + name + "; these are attached: " + (names.isEmpty() ? "none" : names));
    }

    private static boolean isCalled(Attachment attachment, String name) {
        var full = attachment.name();
        var podName = full.substring(0, full.lastIndexOf(" ("));
        var id = attachment.id().containerId();
        return podName.equals(name)
                || podName.endsWith("/" + name)
                || id.equals(name)
                || (name.length() >= SHORT_ID && id.startsWith(name))
                || attachment.addresses().stream()
                        .anyMatch(address -> address.toString().equals(name));
    }
}
