package dev.routefix.netlink;

import java.nio.ByteBuffer;

/** The one text form of an IPv6 address that everybody prints: RFC 5952 section 4. */
final class CompressedIpv6 {

    private CompressedIpv6() {}

    static String format(byte[] address) {
        var words = ByteBuffer.wrap(address).asShortBuffer();
        int longest = 0;
        int longestAt = -1;
        for (int at = 0; at < 8; at++) {
            int end = at;
            while (end < 8 && words.get(end) == 0) {
                end++;
            }
            // a single zero word is not shortened (4.2.2), and of equal runs the first wins (4.2.3)
            if (end - at > Math.max(longest, 1)) {
                longest = end - at;
                longestAt = at;
            }
        }
        var text = new StringBuilder();
        for (int at = 0; at < 8; at++) {
            if (at == longestAt) {
                text.append("::");
                at += longest - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(words.get(at) & 0xffff));
        }
        return text.toString();
    }
}
