package dev.routefix.cni;

/** Which names the specification and the kernel allow (libcni {@code pkg/utils/utils.go}; {@code dev_valid_name} in {@code net/core/dev.c}). */
public final class Names {

    private Names() {}

    /** {@code ^[a-zA-Z0-9][a-zA-Z0-9_.\-]*$}, the rule for container ids and network names. */
    public static boolean isNetworkName(String name) {
        for (int at = 0; at < name.length(); at++) {
            char c = name.charAt(at);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (at == 0 || (c != '_' && c != '.' && c != '-'))) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** 1 to 15 characters, neither {@code .} nor {@code ..}, without slash, colon and white space. */
    public static boolean isInterfaceName(String name) {
        if (name.isEmpty() || name.length() > 15 || name.equals(".") || name.equals("..")) {
            return false;
        }
        for (int at = 0; at < name.length(); at++) {
            char c = name.charAt(at);
            if (c == '/' || c == ':' || c <= ' ' || Character.isWhitespace(c)) {
                return false;
            }
        }
        return true;
    }
}
