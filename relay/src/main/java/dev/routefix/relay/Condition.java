package dev.routefix.relay;

/** When a branch is taken. Numbers are compared as signed ones of 64 bits. */
enum Condition {
    EQUAL("="),
    NOT_EQUAL("≠"),
    LESS("<"),
    GREATER(">");

    final String sign;

    Condition(String sign) {
        this.sign = sign;
    }
}
