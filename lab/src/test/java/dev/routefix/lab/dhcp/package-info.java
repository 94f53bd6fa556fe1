/** Tests of a kubelet's calls. Start at {@link dev.routefix.lab.dhcp.CriIT}. */
@NullMarked
package dev.routefix.lab.dhcp;

import org.jspecify.annotations.NullMarked;
