/**
 * Processes, and what a run of the lab leaves behind. Start at {@link dev.routefix.lab.run.Command} and {@link dev.routefix.lab.run.Run}.
 */
@NullMarked
package dev.routefix.lab.run;

import org.jspecify.annotations.NullMarked;
