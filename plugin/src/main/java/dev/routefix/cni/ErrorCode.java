package dev.routefix.cni;

/** Numbers of the {@code code} key of an error (CNI SPEC, section 5 "Error"; 8 and 999 are libcni's; from 100 on they are our own). */
public enum ErrorCode {
    INCOMPATIBLE_VERSION(1),
    UNSUPPORTED_FIELD(2),
    UNKNOWN_CONTAINER(3),
    INVALID_ENVIRONMENT(4),
    IO_FAILURE(5),
    DECODING_FAILURE(6),
    INVALID_CONFIG(7),
    SANDBOX_IS_OURS(8),
    TRY_AGAIN_LATER(11),
    NOT_AVAILABLE(50),
    /** The kernel refused a change; nothing of it is left. */
    KERNEL_REFUSED(100),
    /** CHECK found something missing. */
    NOT_AS_LEFT(101),
    INTERNAL(999);

    public final int number;

    ErrorCode(int number) {
        this.number = number;
    }
}
