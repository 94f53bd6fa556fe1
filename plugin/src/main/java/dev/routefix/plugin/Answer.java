package dev.routefix.plugin;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the caller gets.
 *
 * @param stdout a result, an error object, or nothing; never anything else
 * @param log lines for stderr
 */
public record Answer(int exitCode, String stdout, String log) {

    static Answer success() {
        return new Answer(0, "", "");
    }

    static Answer success(Map<String, @Nullable Object> result) {
        return new Answer(0, Json.write(result) + "\n", "");
    }

    /** The answer to a call that cannot be understood. */
    public static Answer refused(String why) {
        return failure("call", null, new CniException(ErrorCode.DECODING_FAILURE, why));
    }

    /** The answer where the program, not the call, is at fault. */
    public static Answer fault(Throwable e) {
        return failure("call", null, fault(e.toString()));
    }

    static CniException fault(String what) {
        return new CniException(ErrorCode.INTERNAL, "a fault in route-fix itself, please report it: " + what);
    }

    /** The same with more lines of log before its own. */
    Answer noting(@Nullable String command, List<String> notices) {
        var lines = new StringBuilder();
        for (var notice : notices) {
            lines.append(line(command, notice));
        }
        return new Answer(exitCode, stdout, lines + log);
    }

    /** One line, whatever the text holds. */
    static String line(@Nullable String command, String text) {
        return ("route-fix " + command + ": " + text).replaceAll("\\p{Cntrl}", " ") + "\n";
    }

    /** The error object of SPEC section 5 "Error" on stdout, and one line of log for each line of its message. */
    static Answer failure(String command, @Nullable String cniVersion, CniException e) {
        var error = new LinkedHashMap<String, Object>();
        error.put("cniVersion", cniVersion == null ? "1.0.0" : cniVersion);
        error.put("code", e.number());
        error.put("msg", String.valueOf(e.getMessage()));
        if (!e.details().isEmpty()) {
            error.put("details", e.details());
        }
        var log = new StringBuilder();
        for (var text : (e.getMessage() + (e.details().isEmpty() ? "" : ": " + e.details())).split("\n", -1)) {
            log.append(line(command, text));
        }
        return new Answer(1, Json.write(error) + "\n", log.toString());
    }
}
