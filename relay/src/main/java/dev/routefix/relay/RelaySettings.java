package dev.routefix.relay;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What one relay is written for.
 *
 * @param socket the absolute path of the resident's socket
 * @param patience how long the resident may keep the relay waiting without taking or giving a single byte; whole seconds
 * @param directory of the runtime below which most words of {@code fallback} lie; the executable holds it only once
 * @param fallback what to execute if nobody listens: argv, its first word being the absolute path of the executable; the relay's own
 *     arguments are put behind it. Empty: nothing, the relay then says that nobody listens
 */
public record RelaySettings(String socket, Duration patience, String directory, List<String> fallback) {

    /** {@code sun_path} of unix(7), less the zero byte behind. */
    private static final int LONGEST_SOCKET = 107;

    /** What the relay has for the words when it writes them out. */
    private static final int LONGEST_FALLBACK = RelayProgram.MUCH / 2;

    public RelaySettings {
        fallback = List.copyOf(fallback);
        require(
                socket.startsWith("/") && size(socket) <= LONGEST_SOCKET && isClean(socket),
                "the socket must be an absolute path of at most " + LONGEST_SOCKET + " bytes: " + socket);
        require(
                patience.toSeconds() > 0
                        && patience.toSeconds() <= 65_535
                        && patience.equals(patience.truncatedTo(ChronoUnit.SECONDS)),
                "the patience must be 1 to 65535 whole seconds: " + patience);
        require(
                directory.startsWith("/") && isClean(directory),
                "the directory must be an absolute path: " + directory);
        require(
                fallback.isEmpty() || fallback.getFirst().startsWith("/"),
                "the fallback must begin with an absolute path: " + fallback);
        require(
                fallback.stream().allMatch(word -> !word.isEmpty() && isClean(word)),
                "the fallback's words must not be empty or hold control characters: " + fallback);
        require(
                fallback.stream().mapToInt(word -> size(word) + 1).sum() <= LONGEST_FALLBACK,
                "the fallback has more than " + LONGEST_FALLBACK + " bytes");
    }

    /**
     * A relay that only hands its arguments to the resident: where nobody listens it starts nothing, and it leaves stdin alone, which may be a terminal or a
     * pipe that nobody closes.
     */
    public static RelaySettings client(String socket, Duration patience) {
        return new RelaySettings(socket, patience, "/", List.of());
    }

    boolean isClient() {
        return fallback.isEmpty();
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }

    private static boolean isClean(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }

    private static int size(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
