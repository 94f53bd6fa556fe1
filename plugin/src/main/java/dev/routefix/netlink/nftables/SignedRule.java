package dev.routefix.netlink.nftables;

/**
 * A rule that somebody has signed by a text in it, such as a comment of iptables.
 *
 * @param handle by which the kernel knows it within its table
 * @param text from the signature on, to its end
 */
public record SignedRule(long handle, String text) {}
