/** Other CNI plugins, which we execute (SPEC section 4). Start at {@link dev.routefix.delegate.Delegates}. */
@NullMarked
package dev.routefix.delegate;

import org.jspecify.annotations.NullMarked;
