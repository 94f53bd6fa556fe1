/**
 * The life of a node with us: kept, retiring, leaving, gone. Start at {@link dev.routefix.lifecycle.LifeEvent}, the whole table, then
 * {@link dev.routefix.lifecycle.Lifecycle}, which remembers where a node stands and who is still on it.
 */
@NullMarked
package dev.routefix.lifecycle;

import org.jspecify.annotations.NullMarked;
