package dev.routefix.lab.e2e;

import java.time.Duration;

/**
 * One spec of Kubernetes' suite and what became of it.
 *
 * @param failure its first words, empty if it passed
 */
record Spec(String name, Duration took, String failure) {
    boolean passed() {
        return failure.isEmpty();
    }
}
