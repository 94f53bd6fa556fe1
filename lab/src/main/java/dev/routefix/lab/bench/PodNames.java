package dev.routefix.lab.bench;

/** Names of pods as Kubernetes gives them. */
public final class PodNames {
    private static final int SUFFIX = 5;
    /** What the API server makes the ends of names of (k8s.io/apimachinery, pkg/util/rand). */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private PodNames() {}

    /** As a Deployment's pods have them, which never come again; another one for each number. */
    public static String generated(int number) {
        StringBuilder name = new StringBuilder("web-7d9c5f8b64-");
        int left = number;
        for (int i = 0; i < SUFFIX; i++) {
            name.append(ALPHABET.charAt(left % ALPHABET.length()));
            left /= ALPHABET.length();
        }
        return name.toString();
    }
}
