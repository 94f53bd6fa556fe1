package dev.routefix.lab.kube;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The names of kube-proxy's chains: the first 16 digits of the hash's base32 (pkg/proxy/iptables/proxier.go, portProtoHash). */
final class ChainName {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int DIGITS = 16;
    private static final int BYTES = 10;

    private ChainName() {}

    static String of(String prefix, LoadBalancer service) {
        return prefix + hash(service.name() + "tcp");
    }

    static String of(LoadBalancer service, Endpoint endpoint) {
        return "KUBE-SEP-" + hash(service.name() + "tcp" + endpoint.text());
    }

    private static String hash(String text) {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            BigInteger number = new BigInteger(1, Arrays.copyOf(sha, BYTES));
            StringBuilder name = new StringBuilder();
            for (int i = DIGITS - 1; i >= 0; i--) {
                name.append(BASE32.charAt(number.shiftRight(5 * i).intValue() & (BASE32.length() - 1)));
            }
            return name.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
