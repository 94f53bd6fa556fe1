/**
 * {@code make e2e}: a real Kubernetes of two nodes, made of namespaces, with route-fix as its pod network. Start at {@link dev.routefix.lab.e2e.E2e}.
 */
@NullMarked
package dev.routefix.lab.e2e;

import org.jspecify.annotations.NullMarked;
