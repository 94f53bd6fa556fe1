/** Other programs that run for us. Start at {@link dev.routefix.installer.process.Subprocess}. */
@NullMarked
package dev.routefix.installer.process;

import org.jspecify.annotations.NullMarked;
