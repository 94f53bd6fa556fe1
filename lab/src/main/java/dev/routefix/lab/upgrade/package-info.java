/** The upgrade of a node on which pods are, from the image of an older version to that of this tree. Start at {@link dev.routefix.lab.upgrade.Upgrade}. */
@NullMarked
package dev.routefix.lab.upgrade;

import org.jspecify.annotations.NullMarked;
