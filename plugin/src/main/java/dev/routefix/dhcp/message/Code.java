package dev.routefix.dhcp.message;

/** Numbers of the options that are read or written here (RFC 2132 unless another is named). */
public final class Code {

    public static final int SUBNET_MASK = 1;
    public static final int ROUTER = 3;
    public static final int DOMAIN_NAME_SERVER = 6;
    public static final int HOST_NAME = 12;
    public static final int DOMAIN_NAME = 15;
    public static final int INTERFACE_MTU = 26;
    public static final int REQUESTED_ADDRESS = 50;
    public static final int LEASE_TIME = 51;
    public static final int OVERLOAD = 52;
    public static final int MESSAGE_TYPE = 53;
    public static final int SERVER_IDENTIFIER = 54;
    public static final int PARAMETER_REQUEST_LIST = 55;
    public static final int MESSAGE = 56;
    public static final int MAXIMUM_SIZE = 57;
    public static final int RENEWAL_TIME = 58;
    public static final int REBINDING_TIME = 59;
    public static final int CLIENT_IDENTIFIER = 61;

    /** RFC 4039. */
    public static final int RAPID_COMMIT = 80;

    /** RFC 4702. */
    public static final int CLIENT_FQDN = 81;

    /** RFC 3397. */
    public static final int DOMAIN_SEARCH = 119;

    /** RFC 3442. */
    public static final int CLASSLESS_ROUTES = 121;

    static final int PAD = 0;
    static final int END = 255;

    private Code() {}
}
