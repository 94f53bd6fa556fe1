/** Other programs that run for us: {@link dev.routefix.process.Subprocess}. */
@NullMarked
package dev.routefix.process;

import org.jspecify.annotations.NullMarked;
