/** {@code ctl check}: flows tried from this node. Start reading at {@link dev.routefix.installer.check.NodeCheck}. */
@NullMarked
package dev.routefix.installer.check;

import org.jspecify.annotations.NullMarked;
