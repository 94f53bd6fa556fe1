/** One archive for a report of a fault, without secrets. Start at {@link dev.routefix.installer.bundle.Bundle}. */
@NullMarked
package dev.routefix.installer.bundle;

import org.jspecify.annotations.NullMarked;
