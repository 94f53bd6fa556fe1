package dev.routefix.image;

import java.io.OutputStream;

/** Where bytes go that are only counted. */
final class CountingSink extends OutputStream {
    private long count;

    long count() {
        return count;
    }

    @Override
    public void write(int octet) {
        count++;
    }

    @Override
    public void write(byte[] octets, int offset, int length) {
        count += length;
    }
}
