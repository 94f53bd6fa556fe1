/**
 * What can go wrong on a node, done to one whose pods are being talked to, and what was lost of it. Start at
 * {@link dev.routefix.installer.faults.Fault}; {@link dev.routefix.installer.faults.FaultsIT} runs them all.
 */
@NullMarked
package dev.routefix.installer.faults;

import org.jspecify.annotations.NullMarked;
