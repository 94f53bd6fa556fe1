/** What the user is told: the log, and the problem that ends an attempt. Start at {@link dev.routefix.installer.log.Log}. */
@NullMarked
package dev.routefix.installer.log;

import org.jspecify.annotations.NullMarked;
