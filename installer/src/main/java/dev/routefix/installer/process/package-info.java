/** A program of the node that runs as long as we do. */
@NullMarked
package dev.routefix.installer.process;

import org.jspecify.annotations.NullMarked;
