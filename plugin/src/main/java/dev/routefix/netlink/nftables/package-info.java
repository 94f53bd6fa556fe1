/**
 * What the kernel's nftables hold, as plain values, as far as one has to know what becomes of a packet ({@code linux/netfilter/nf_tables.h}). Start at
 * {@link dev.routefix.netlink.nftables.BaseChain}.
 */
@NullMarked
package dev.routefix.netlink.nftables;

import org.jspecify.annotations.NullMarked;
