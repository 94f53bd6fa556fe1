package dev.routefix.relay;

/**
 * The registers the relay uses, named for what may be done with them. A system call leaves its result in {@link #RESULT}, keeps
 * the kept ones and the stack, and makes all others worthless. An argument may be the very register that holds the result.
 */
enum Register {
    STACK,
    RESULT,
    ARGUMENT_1,
    ARGUMENT_2,
    ARGUMENT_3,
    ARGUMENT_4,
    ARGUMENT_5,
    SCRATCH,
    KEPT_1,
    KEPT_2,
    KEPT_3,
    KEPT_4,
    KEPT_5,
    KEPT_6,
    KEPT_7
}
