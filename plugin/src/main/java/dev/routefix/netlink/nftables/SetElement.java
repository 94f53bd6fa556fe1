package dev.routefix.netlink.nftables;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An element of a set, or of a map of verdicts.
 *
 * @param verdict null where it is a set's, or maps to something else
 */
public record SetElement(ByteBuffer key, @Nullable Verdict verdict) {}
