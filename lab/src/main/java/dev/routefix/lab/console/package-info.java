/**
 * What the programs of the lab tell whoever started them. Start at {@link dev.routefix.lab.console.Progress}.
 */
@NullMarked
package dev.routefix.lab.console;

import org.jspecify.annotations.NullMarked;
