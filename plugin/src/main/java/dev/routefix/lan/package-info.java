/** Questions to the machines of a LAN. */
@NullMarked
package dev.routefix.lan;

import org.jspecify.annotations.NullMarked;
