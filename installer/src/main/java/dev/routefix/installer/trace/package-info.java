/** {@code ctl trace}: the way of a packet and of its answer. Start reading at {@link dev.routefix.installer.trace.Tracer}. */
@NullMarked
package dev.routefix.installer.trace;

import org.jspecify.annotations.NullMarked;
