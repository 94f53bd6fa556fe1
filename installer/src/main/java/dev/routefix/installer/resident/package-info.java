/**
 * The resident's socket: relays connect to it, each with one call, and get one answer. Start at
 * {@link dev.routefix.installer.resident.Resident}; what the calls mean is the business of the door it is given.
 */
@NullMarked
package dev.routefix.installer.resident;

import org.jspecify.annotations.NullMarked;
