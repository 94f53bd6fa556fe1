/**
 * Network namespaces and what one can do inside them. Start at {@link dev.routefix.lab.net.Netns}.
 */
@NullMarked
package dev.routefix.lab.net;

import org.jspecify.annotations.NullMarked;
