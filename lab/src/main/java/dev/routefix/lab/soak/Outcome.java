package dev.routefix.lab.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * What a call ended with.
 *
 * @param answer what it printed; missing if that is no JSON
 * @param text everything it said, for a reader
 * @param disturbed whether the appliance was killed, away or starting meanwhile
 */
record Outcome(int exit, JsonNode answer, String text, boolean disturbed) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The specification's "try again later". */
    static final int TRY_AGAIN = 11;

    static Outcome of(int exit, String stdout, String stderr, boolean disturbed) {
        String text = stdout.strip() + " " + stderr.strip();
        return new Outcome(exit, parse(stdout), text.strip(), disturbed);
    }

    private static JsonNode parse(String text) {
        try {
            return text.isBlank() ? MissingNode.getInstance() : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    boolean ok() {
        return exit == 0;
    }

    /** The CNI error's code; -1 where there is no error of that form. */
    int code() {
        return exit == 1 ? answer.path("code").asInt(-1) : -1;
    }

    /** Whether a runtime tries again, and had a reason to. */
    boolean isPutOff() {
        return disturbed && code() == TRY_AGAIN;
    }

    /** Such as {@code ok}, {@code error 11} or {@code exit code 137}. */
    String kind() {
        if (ok()) {
            return "ok";
        }
        return code() < 0 ? "exit code " + exit : "error " + code();
    }
}
