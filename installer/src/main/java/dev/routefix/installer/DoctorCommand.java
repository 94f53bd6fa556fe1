package dev.routefix.installer;

import dev.routefix.installer.doctor.Diagnosis;
import dev.routefix.installer.pods.NoSuchPod;
import dev.routefix.relay.RelayAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code doctor [POD] [--json]}: 0 if all is well, 1 if something is not, 2 if there is no such pod or word. */
final class DoctorCommand {

    private static final String JSON = "--json";

    private DoctorCommand() {}

    /**
     * Answers.
     *
     * @param words behind the command
     * @param look at a pod of that name, or at the whole node
     */
    static RelayAnswer answer(List<String> words, Function<@Nullable String, Diagnosis> look) {
        var names = new ArrayList<>(words);
        boolean json = names.remove(JSON);
        if (names.size() > 1 || names.stream().anyMatch(name -> name.startsWith("-"))) {
            return new RelayAnswer(2, "", "route-fix: usage: ctl " + CtlCommand.DOCTOR.usage + "\n");
        }
        try {
            var diagnosis = look.apply(names.isEmpty() ? null : names.getFirst());
            return new RelayAnswer(diagnosis.isHealthy() ? 0 : 1, json ? diagnosis.json() : diagnosis.text(), "");
        } catch (NoSuchPod e) {
            return new RelayAnswer(2, "", "route-fix: " + e.getMessage() + "\n");
        }
    }
}
