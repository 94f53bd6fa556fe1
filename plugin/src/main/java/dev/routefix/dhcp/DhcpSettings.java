package dev.routefix.dhcp;

import dev.routefix.cni.IdentityKind;
import java.util.List;

/**
 * The {@code ipam} object of a conflist whose type is {@code dhcp}, with the keys of the reference plugin.
 *
 * @param provide options to send, with their values already taken from {@code CNI_ARGS} where {@code fromArg} says so
 * @param request options to ask for
 * @param skipDefault options that are asked for by default and should not be
 * @param identity as whom the pod asks
 */
public record DhcpSettings(
        List<SentOption> provide, List<Integer> request, List<Integer> skipDefault, IdentityKind identity) {

    public static final DhcpSettings DEFAULT = new DhcpSettings(List.of(), List.of(), List.of(), IdentityKind.AUTO);

    /** One to send: its number (RFC 2132) and its value as text. */
    public record SentOption(int code, String value) {}
}
