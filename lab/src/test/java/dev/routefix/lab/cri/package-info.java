/** Tests of a kubelet's calls. Start at {@link dev.routefix.lab.cri.CriIT}. */
@NullMarked
package dev.routefix.lab.cri;

import org.jspecify.annotations.NullMarked;
