/** The pods of the node. Start at {@link dev.routefix.installer.pods.Pods}. */
@NullMarked
package dev.routefix.installer.pods;

import org.jspecify.annotations.NullMarked;
