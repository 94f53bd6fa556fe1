package dev.routefix.netlink.codec;

import dev.routefix.netlink.nftables.Verdict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Attributes of nftables to be asked for by their types, and the data that some hold ({@code NFTA_DATA_VALUE}, {@code NFTA_DATA_VERDICT}). */
final class NftData {

    static final NftData NONE = new NftData(ByteBuffer.allocate(0));

    private static final int NFTA_DATA_VALUE = 1;
    private static final int NFTA_DATA_VERDICT = 2;
    private static final int NFTA_VERDICT_CODE = 1;
    private static final int NFTA_VERDICT_CHAIN = 2;

    private final ByteBuffer attributes;

    NftData(ByteBuffer attributes) {
        this.attributes = attributes;
    }

    private NlAttrs all() {
        return new NlAttrs(attributes.slice().order(ByteOrder.nativeOrder()));
    }

    /** What the attribute holds, or null if there is none of that type. */
    @Nullable
    ByteBuffer value(int type) {
        var attrs = all();
        while (attrs.next()) {
            if (attrs.type() == type) {
                return attrs.value();
            }
        }
        return null;
    }

    int number(int type, int otherwise) {
        var attrs = all();
        while (attrs.next()) {
            if (attrs.type() == type) {
                return attrs.networkNumber();
            }
        }
        return otherwise;
    }

    String text(int type) {
        var attrs = all();
        while (attrs.next()) {
            if (attrs.type() == type) {
                return attrs.text();
            }
        }
        return "";
    }

    /** The attributes inside of one; none if there is none of that type. */
    NftData inner(int type) {
        var value = value(type);
        return value == null ? NONE : new NftData(value);
    }

    /** The bytes of data, or null if it has none. */
    @Nullable
    ByteBuffer bytes() {
        var value = value(NFTA_DATA_VALUE);
        return value == null ? null : value.asReadOnlyBuffer();
    }

    /** The verdict of data, or null if it has none. */
    @Nullable
    Verdict verdict() {
        var verdict = value(NFTA_DATA_VERDICT);
        if (verdict == null) {
            return null;
        }
        var inside = new NftData(verdict);
        return new Verdict(inside.number(NFTA_VERDICT_CODE, Verdict.DROP), inside.text(NFTA_VERDICT_CHAIN));
    }
}
