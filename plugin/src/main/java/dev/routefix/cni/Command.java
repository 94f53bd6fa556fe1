package dev.routefix.cni;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations of the specification (SPEC section 2), with the environment and the version each one demands. */
public enum Command {
    ADD(SpecVersion.V0_3_0, "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME"),
    DEL(SpecVersion.V0_3_0, "CNI_CONTAINERID", "CNI_IFNAME"),
    CHECK(SpecVersion.V0_4_0, "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME"),
    STATUS(SpecVersion.V1_1_0),
    GC(SpecVersion.V1_1_0),
    VERSION(SpecVersion.V0_3_0);

    final SpecVersion since;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    final List<String> required;

    Command(SpecVersion since, String... required) {
        this.since = since;
        this.required = List.of(required);
    }

    static Command parse(@Nullable String text) {
        for (var command : values()) {
            if (command.name().equals(text)) {
                return command;
            }
        }
        throw new CniException(ErrorCode.INVALID_ENVIRONMENT, "unknown CNI_COMMAND: " + text);
    }
}
