package dev.routefix.relay;

import java.util.List;

/** What a relay holds besides its steps: where to connect to, what to execute, what to say when neither is possible. */
record RelayTexts(
        ByteString socketAddress,
        ByteString patience,
        ByteString directory,
        ByteString words,
        ByteString absent,
        ByteString silent,
        ByteString stranger,
        ByteString lost) {

    /** What stands for the directory in the words: a byte no path has. */
    static final int DIRECTORY = 1;

    /**
     * How variables begin that make a JVM or a loader behave otherwise, or print on stdout: JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS, _JAVA_OPTIONS,
     * _JAVA_LAUNCHER_DEBUG, CLASSPATH and all that glibc's ld.so reads (ld.so(8)). None that a runtime gives a plugin begins like one of them.
     */
    private static final List<String> DROPPED = List.of(
            "JAVA", "JDK_", "_JAV", "CLAS", "LD_A", "LD_B", "LD_D", "LD_H", "LD_L", "LD_O", "LD_P", "LD_S", "LD_T",
            "LD_U", "LD_V", "LD_W");

    /** CNI specification, section 5 "Error": "Try again later". */
    private static final int TRY_AGAIN_LATER = 11;

    private static final int AF_UNIX = 1;

    static RelayTexts of(RelaySettings settings) {
        var words = settings.fallback().stream()
                .map(word -> word.replace(settings.directory(), String.valueOf((char) DIRECTORY)))
                .map(ByteString::terminated)
                .toList();
        long seconds = settings.patience().toSeconds();
        return new RelayTexts(
                ByteString.number(2, AF_UNIX).and(ByteString.terminated(settings.socket())),
                ByteString.number(8, seconds).and(ByteString.zeros(8)),
                ByteString.terminated(settings.directory()),
                ByteString.join(words).and(ByteString.zeros(1)),
                error(
                        settings.isClient()
                                ? "nobody listens on " + settings.socket()
                                : "cannot execute " + settings.fallback().getFirst() + ", and no resident listens"),
                error("the resident gave no answer for " + seconds + " s"),
                error("what listens on the socket is no resident of this version"),
                error("the resident died before it answered"));
    }

    void addTo(Program program) {
        program.constant("socketAddress", socketAddress, "struct sockaddr_un: AF_UNIX and the path")
                .constant("patience", patience, "struct timeval");
        if (words.size() > 1) {
            program.constant("dropped", dropped(), "how variables begin that the fallback must not see")
                    .constant("directory", directory, "the runtime's directory, put where the words have the byte 01")
                    .constant("words", words, "what to execute: the first words of argv");
        }
        program.constant("absentText", absent, "")
                .constant("silentText", silent, "")
                .constant("strangerText", stranger, "")
                .constant("lostText", lost, "");
    }

    private static ByteString dropped() {
        return ByteString.join(DROPPED.stream().map(ByteString::text).toList()).and(ByteString.zeros(4));
    }

    /** Messages hold no control characters, as settings do not. */
    private static ByteString error(String message) {
        var quoted = message.replace("\\", "\\\\").replace("\"", "\\\"");
        return ByteString.text(
                "{\"cniVersion\":\"1.0.0\",\"code\":%d,\"msg\":\"%s\"}\n".formatted(TRY_AGAIN_LATER, quoted));
    }
}
