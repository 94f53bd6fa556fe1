/**
 * {@code make bench}: what it costs, beside what others cost, in one run on one machine. Start at {@link dev.routefix.lab.bench.Bench}.
 */
@NullMarked
package dev.routefix.lab.bench;

import org.jspecify.annotations.NullMarked;
