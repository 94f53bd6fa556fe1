package dev.routefix.installer;

import dev.routefix.cni.Command;
import dev.routefix.installer.config.Option;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.installer.metrics.Metrics;
import dev.routefix.installer.resident.Door;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.plugin.RouteFix;
import dev.routefix.relay.RelayAnswer;
import dev.routefix.relay.RelayRequest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls the resident answers: those of the CNI plugin, which come without arguments, and those of {@code ctl}, whose first argument says
 * what is asked. Their exit codes are those of {@link CommandLine}.
 */
final class Doors implements Door {

    private final RouteFix plugin;
    private final NodeLife life;
    private final Health health;
    private final String podUid;
    private final @Nullable Metrics metrics;
    private final Log log;

    /** @param metrics count the calls; null if nobody counts them */
    Doors(RouteFix plugin, NodeLife life, Health health, String podUid, @Nullable Metrics metrics, Log log) {
        this.plugin = plugin;
        this.life = life;
        this.health = health;
        this.podUid = podUid;
        this.metrics = metrics;
        this.log = log;
    }

    @Override
    public RelayAnswer enter(RelayRequest request, Consumer<Runnable> afterwards) {
        var words = request.arguments();
        if (words.size() < 2) {
            return plugin(request, afterwards);
        }
        try {
            return ctl(words.subList(1, words.size()), request.environment());
        } catch (HostProblem | NetlinkException e) {
            log.error(words.get(1) + ": " + e.getMessage());
            return failed(String.valueOf(e.getMessage()));
        }
    }

    private RelayAnswer plugin(RelayRequest request, Consumer<Runnable> afterwards) {
        long begin = System.nanoTime();
        var answer = plugin.answer(request.environment(), request.stdin(), afterwards, log::warn);
        if (!answer.log().isEmpty()) {
            // most runtimes throw the plugin's stderr away
            log.warn(answer.log().strip());
        }
        if (metrics != null) {
            metrics.called(verb(request), answer.exitCode(), System.nanoTime() - begin);
        }
        return new RelayAnswer(answer.exitCode(), answer.stdout(), answer.log());
    }

    /** As the specification has it: what else somebody may call it must not become a series of its own. */
    private static String verb(RelayRequest request) {
        var asked = request.environment().getOrDefault("CNI_COMMAND", "");
        for (var command : Command.values()) {
            if (command.name().equals(asked)) {
                return asked;
            }
        }
        return "other";
    }

    private RelayAnswer ctl(List<String> words, Map<String, String> caller) {
        var command = CtlCommand.of(words.getFirst());
        if (command == null) {
            return new RelayAnswer(2, "", CtlCommand.usage(words.getFirst()));
        }
        return switch (command) {
            case READY -> ready();
            case LIVE -> health.isAlive() ? done("live\n") : failed("stuck: it makes no progress any more");
            case STATUS -> status();
            case DOCTOR ->
                DoctorCommand.answer(words.subList(1, words.size()), pod -> life.doctor(pod, health.trouble()));
            case TRACE -> TraceCommand.answer(words.subList(1, words.size()), life::trace);
            case CHECK -> CheckCommand.answer(words.subList(1, words.size()), others -> life.check(plugin, others));
            case BUNDLE ->
                done(life.bundle(
                        () -> status().stdout(),
                        () -> life.doctor(null, health.trouble()).json()));
            case UNINSTALL -> done(uninstall(caller) + "\n");
        };
    }

    /**
     * A preStop hook is run before a container ends for whatever reason, and through a socket that may be another container's by now. Only the end of this
     * one, and not its restart, is an uninstallation.
     */
    private String uninstall(Map<String, String> caller) {
        var asking = caller.getOrDefault(Option.POD_UID.name(), "");
        if (!asking.isEmpty() && !podUid.isEmpty() && !asking.equals(podUid)) {
            return told("everything stays on the node: the pod that ends is " + asking + ", and " + podUid
                    + " looks after it now");
        }
        if (health.isBeingRestarted()) {
            return told("everything stays on the node: this container is restarted, as its liveness probe asked for");
        }
        return life.uninstall();
    }

    private String told(String what) {
        log.info(what);
        return what;
    }

    private RelayAnswer ready() {
        var trouble = health.trouble();
        return trouble.isEmpty() ? done("ready\n") : failed("not ready: " + String.join("\n", trouble));
    }

    private RelayAnswer status() {
        var bytes = new ByteArrayOutputStream();
        boolean well;
        try (var out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            well = life.status(out);
        }
        return new RelayAnswer(well ? 0 : 1, bytes.toString(StandardCharsets.UTF_8), "");
    }

    private static RelayAnswer done(String text) {
        return new RelayAnswer(0, text, "");
    }

    private static RelayAnswer failed(String text) {
        var lines = new StringBuilder();
        text.lines().forEach(line -> lines.append("route-fix: ").append(line).append('\n'));
        return new RelayAnswer(1, "", lines.toString());
    }
}
