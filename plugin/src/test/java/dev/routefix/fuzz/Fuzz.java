package dev.routefix.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Hostile input from a seed, so that what failed once fails again. How many inputs a test tries is the property {@code fuzz.inputs}: 5,000 by
 * {@code make test}, 100,000 by {@code make fuzz}.
 */
public final class Fuzz {

    /** How many inputs to try. */
    public static final int INPUTS = Integer.getInteger("fuzz.inputs", 5_000);

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "4294967296",
            "123456789012345678901234567890",
            "1e400",
            "-0.0",
            "1e999999999",
            "9".repeat(5_000),
            "\"\"",
            "\"../../../etc/x\"",
            "\"/\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"a\\nb\\u001b[2J\"",
            "\"" + "x".repeat(70_000) + "\"",
            "\"0.0.0.0/0\"",
            "\"::/0\"",
            "\"255.255.255.255/33\"",
            "\"eth0\"",
            "\"lo\"",
            "[]",
            "{}",
            "[null]",
            "[[[[[[[[[[]]]]]]]]]]",
            "[".repeat(100_000),
            "{\"a\":".repeat(50_000),
            "{\"a\":1,\"a\":2}",
            "{\"address\":\"169.254.1.1/16\"}");

    private final Random random;

    public Fuzz(long seed) {
        random = new Random(seed);
    }

    /** One of them. */
    @SafeVarargs
    public final <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** True once in so many times. */
    public boolean onceIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** The bytes with one to eight of them changed, cut, repeated or moved. */
    public byte[] damaged(byte[] bytes) {
        var damaged = bytes;
        for (int turn = random.nextInt(8); turn >= 0; turn--) {
            int from = random.nextInt(damaged.length + 1);
            int to = from + random.nextInt(Math.min(damaged.length - from, 16) + 1);
            damaged = switch (random.nextInt(5)) {
                case 0 -> Arrays.copyOf(damaged, from);
                case 1 -> joined(damaged, from, new byte[0], to);
                case 2 -> joined(damaged, to, Arrays.copyOfRange(damaged, from, to), to);
                case 3 -> joined(damaged, from, random(to - from), to);
                default -> joined(damaged, from, random(1), Math.min(from + 1, damaged.length));
            };
        }
        return damaged;
    }

    /** JSON text in which one value, such as follows a colon, has become another. */
    public byte[] withHostileValue(String json) {
        int colon = json.indexOf(':', random.nextInt(json.length()));
        if (colon < 0) {
            return pick(VALUES.toArray(String[]::new)).getBytes(StandardCharsets.UTF_8);
        }
        int end = colon + 1;
        while (end < json.length() && ",}]".indexOf(json.charAt(end)) < 0) {
            end++;
        }
        var hostile = pick(VALUES.toArray(String[]::new));
        return (json.substring(0, colon + 1) + hostile + json.substring(end)).getBytes(StandardCharsets.UTF_8);
    }

    /** So many bytes of anything. */
    public byte[] random(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The first {@code head} bytes, the middle, and what begins at {@code tail}. */
    private static byte[] joined(byte[] bytes, int head, byte[] middle, int tail) {
        var joined = Arrays.copyOf(bytes, head + middle.length + bytes.length - tail);
        System.arraycopy(middle, 0, joined, head, middle.length);
        System.arraycopy(bytes, tail, joined, head + middle.length, bytes.length - tail);
        return joined;
    }
}
