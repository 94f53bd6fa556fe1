package dev.routefix.delegate;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.Json;
import dev.routefix.process.Subprocess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call handed on to another plugin (SPEC section 4 "Delegated execution"): the one of that name in a directory of {@code CNI_PATH} gets our environment
 * and our configuration, and what it says is said by us. For a thread that is in the node's network namespace, as the plugin will be.
 */
public final class Delegates {

    /** Less than the relay has for its resident, so that the caller hears of a plugin that hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private static final Map<String, @Nullable Object> NOTHING = Map.of();

    private final HostPrograms programs;

    public Delegates(HostPrograms programs) {
        this.programs = programs;
    }

    /** Whether there is such a plugin. */
    public boolean has(String type, Map<String, String> environment) {
        return programs.find(path(environment), type) != null;
    }

    /**
     * Executes it.
     *
     * @param type its name
     * @param command instead of the one that we were called with
     * @param environment what we were called with
     * @param conf our whole configuration
     * @return its result; empty if it says nothing, as verbs other than ADD do
     * @throws CniException the plugin's own error with its own code, or ours where it cannot be had
     */
    public Map<String, @Nullable Object> call(
            String type, String command, Map<String, String> environment, Map<String, @Nullable Object> conf) {
        var path = path(environment);
        var program = programs.find(path, type);
        if (program == null) {
            throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "\"ipam.type\" is " + type + ", and there is no such plugin in CNI_PATH (" + path
                            + "): install it on the node, or choose another");
        }
        var env = new HashMap<>(environment);
        env.put("CNI_COMMAND", command);
        try {
            var said = Subprocess.run(programs.command(program), env, Json.write(conf), PATIENCE);
            if (said.exitCode() == 0) {
                return said.output().isBlank() ? NOTHING : json(said.output());
            }
            throw error(program, command, said);
        } catch (IOException e) {
            throw new CniException(
                    ErrorCode.TRY_AGAIN_LATER,
                    "the plugin " + program + " cannot be asked to " + command + ": " + e.getMessage());
        }
    }

    private static String path(Map<String, String> environment) {
        return environment.getOrDefault("CNI_PATH", "");
    }

    private static Map<String, @Nullable Object> json(String text) throws IOException {
        return Json.read(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Its error object (SPEC section 5 "Error"), or what it left on stderr instead. */
    private static CniException error(String program, String command, Subprocess.Outcome said) {
        var who = program + " " + command + ": ";
        try {
            var error = json(said.output());
            if (error.get("code") instanceof Integer code && error.get("msg") instanceof String msg) {
                return CniException.passedOn(code, who + msg, error.get("details") instanceof String more ? more : "");
            }
        } catch (IOException noErrorObject) {
            // then the words below have to do
        }
        return new CniException(
                ErrorCode.INTERNAL,
                who + "exit code " + said.exitCode() + ", " + beginning(said.output() + said.errors()));
    }

    private static String beginning(String text) {
        var line = text.strip();
        return line.length() > 400 ? line.substring(0, 400) + "..." : line;
    }
}
