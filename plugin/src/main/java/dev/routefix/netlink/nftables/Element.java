package dev.routefix.netlink.nftables;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a set of ours holds, or a map of ours leads from and to.
 *
 * @param key in network order, each part at a multiple of four
 * @param data the same; null in a set
 */
public record Element(String set, ByteBuffer key, @Nullable ByteBuffer data) {}
