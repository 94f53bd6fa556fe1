/**
 * {@code make soak}: pods that come and go at once for long, and whether anything of them stays. Start at {@link dev.routefix.lab.soak.Soak}.
 */
@NullMarked
package dev.routefix.lab.soak;

import org.jspecify.annotations.NullMarked;
