package dev.routefix.relay;

/** How many bytes of memory are read or written. What is read is filled up with zeros to 64 bits. */
enum Width {
    U8(1),
    U16(2),
    U32(4),
    U64(8);

    final int bytes;

    Width(int bytes) {
        this.bytes = bytes;
    }
}
