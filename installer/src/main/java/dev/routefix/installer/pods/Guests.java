package dev.routefix.installer.pods;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.attachment.Retirement;
import dev.routefix.cni.CniException;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Option;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.sandbox.Sandboxes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The pods attached to the node, as far as they decide whether it can be left. */
public final class Guests {

    private final Attachments attachments;
    private final Retirement retirement;
    private final Sandboxes sandboxes;
    private final Paths paths;
    private final Map<String, String> environment;

    /**
     * The pods of this node.
     *
     * @param buildsDir where the plugin's runtimes are
     * @param environment the appliance's own, which is remembered for an uninstallation without it
     */
    public Guests(Paths paths, Path buildsDir, Map<String, String> environment) {
        this.paths = paths;
        this.environment = environment;
        attachments = new Attachments(paths.run());
        retirement = new Retirement(paths.run(), buildsDir);
        sandboxes = Sandboxes.alsoBelow(paths.hostRoot());
    }

    /** Those whose sandbox is there; a sandbox that is gone holds no pod. */
    public List<Attachment> attached() {
        return translated(() -> attachments.all().stream()
                .filter(attachment -> sandboxes.isThere(attachment.netns(), attachment.namespace()))
                .toList());
    }

    private boolean exists(String netns) {
        return sandboxes.isThere(netns, null);
    }

    public boolean isRetired() {
        return retirement.isOn();
    }

    /** Takes no pods any more if there are some; false, and nothing done, if there are none. */
    public boolean retire(Configuration configuration) {
        return translated(() -> {
            var some = new boolean[1];
            attachments.exclusively(() -> {
                some[0] = !attached().isEmpty() || retirement.isSomebodyLeaving(this::exists);
                if (some[0]) {
                    retirement.begin(settings(configuration));
                }
            });
            return some[0];
        });
    }

    private Map<String, String> settings(Configuration configuration) {
        var settings = new LinkedHashMap<String, String>();
        for (var option : Option.values()) {
            var value = environment.get(option.name());
            if (value != null) {
                settings.put(option.name(), value);
            }
        }
        settings.put(Option.NODE_NAME.name(), configuration.nodeName());
        settings.put(
                Retirement.AWAIT,
                configuration.ipam().needsDhcpDaemon() ? paths.dhcpSocket().toString() : "");
        return settings;
    }

    /** Whether the last pod has left, its whole chain of plugins included. */
    public boolean haveLeft() {
        return attached().isEmpty() && !isSomebodyLeaving();
    }

    public boolean isSomebodyLeaving() {
        return translated(() -> retirement.isSomebodyLeaving(this::exists));
    }

    /** Ends the retirement. */
    public void stay() {
        translated(() -> {
            retirement.end();
            return true;
        });
    }

    private static <T> T translated(Supplier<T> work) {
        try {
            return work.get();
        } catch (CniException e) {
            throw new HostProblem(String.valueOf(e.getMessage()), e);
        }
    }
}
