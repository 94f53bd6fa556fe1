package dev.routefix.netlink;

import java.nio.ByteBuffer;

/**
 * A conversation that the kernel remembers ({@code nf_conntrack}), with what its packets are translated to.
 *
 * @param destination where its first packet was sent to
 * @param answerer who got it
 * @param answererPort at which port
 * @param identity the attributes by which the kernel knows it again
 */
public record TrackedFlow(IpAddress destination, IpAddress answerer, int answererPort, ByteBuffer identity) {}
