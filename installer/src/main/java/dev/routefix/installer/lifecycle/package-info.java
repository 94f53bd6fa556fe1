/** The life of a node with us, from its first installation to its last pod. */
@NullMarked
package dev.routefix.installer.lifecycle;

import org.jspecify.annotations.NullMarked;
