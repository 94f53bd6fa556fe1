package dev.routefix.netlink;

/**
 * An address of an interface ({@code RTM_GETADDR}).
 *
 * @param link the interface's index
 * @param prefix the address with the length of its network
 * @param scope {@code RT_SCOPE_*}: {@link Scope}
 */
public record LinkAddress(int link, Prefix prefix, Scope scope) {

    @Override
    public String toString() {
        return prefix.withLength() + " dev #" + link;
    }
}
