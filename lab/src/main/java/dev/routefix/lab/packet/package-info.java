/**
 * What passes over the wire, read and answered. Start at {@link dev.routefix.lab.packet.Capture}.
 */
@NullMarked
package dev.routefix.lab.packet;

import org.jspecify.annotations.NullMarked;
