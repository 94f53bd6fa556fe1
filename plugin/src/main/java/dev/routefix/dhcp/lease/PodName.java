package dev.routefix.dhcp.lease;

import org.jspecify.annotations.Nullable;

/** What a pod's name tells. */
final class PodName {

    /** What the API server and the controllers make names of (k8s.io/apimachinery, {@code pkg/util/rand}): no vowels, so that no word comes out. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX = 5;

    /** RFC 1035, section 2.3.4. */
    private static final int LONGEST_LABEL = 63;

    private PodName() {}

    /** Whether the same name comes again when the pod does: a StatefulSet's, or one given by hand. Those of a ReplicaSet, DaemonSet or Job end with five letters by chance. */
    static boolean comesAgain(String pod) {
        int dash = pod.length() - SUFFIX - 1;
        if (pod.isEmpty()) {
            return false;
        }
        if (dash < 1 || pod.charAt(dash) != '-') {
            return true;
        }
        for (int at = dash + 1; at < pod.length(); at++) {
            if (ALPHABET.indexOf(pod.charAt(at)) < 0) {
                return true;
            }
        }
        return false;
    }

    /** The name as one label of a host's name; null if nothing is left of it. */
    static @Nullable String label(String pod) {
        var label = new StringBuilder();
        for (int at = 0; at < pod.length() && label.length() < LONGEST_LABEL; at++) {
            char c = pod.charAt(at);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (alphanumeric) {
                label.append(c);
            } else if (!label.isEmpty()) {
                label.append('-');
            }
        }
        while (!label.isEmpty() && label.charAt(label.length() - 1) == '-') {
            label.setLength(label.length() - 1);
        }
        return label.isEmpty() ? null : label.toString();
    }
}
