/** Where the container runtime of a node keeps its plugins and networks. Start at {@link dev.routefix.installer.layout.LayoutSearch}. */
@NullMarked
package dev.routefix.installer.layout;

import org.jspecify.annotations.NullMarked;
