/** The pods' sandboxes: where their namespaces are. Start at {@link dev.routefix.sandbox.Sandboxes}. */
@NullMarked
package dev.routefix.sandbox;

import org.jspecify.annotations.NullMarked;
