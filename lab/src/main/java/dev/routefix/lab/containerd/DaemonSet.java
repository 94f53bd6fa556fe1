package dev.routefix.lab.containerd;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.routefix.lab.containerd.DaemonSetFile.Container;
import dev.routefix.lab.containerd.DaemonSetFile.EnvVar;
import dev.routefix.lab.containerd.DaemonSetFile.PodSpec;
import dev.routefix.lab.containerd.DaemonSetFile.ProbeSpec;
import dev.routefix.lab.containerd.DaemonSetFile.Resources;
import dev.routefix.lab.containerd.DaemonSetFile.SecurityContext;
import dev.routefix.lab.containerd.DaemonSetFile.Volume;
import dev.routefix.lab.containerd.DaemonSetFile.VolumeMount;
import dev.routefix.lab.containerd.Probes.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a DaemonSet of one container asks of a node.
 *
 * @param command replaces the image's entrypoint; empty for the image's own
 * @param args replaces the image's arguments; empty for the image's own
 * @param memory limit in bytes
 * @param cpu limit in thousandths of a core
 * @param probes asked of the container while it runs
 * @param preStop run in the container before it is asked to end; empty for none
 * @param grace from the start of preStop to SIGKILL
 */
public record DaemonSet(
        String name,
        String image,
        List<String> command,
        List<String> args,
        List<Env> env,
        List<Mount> mounts,
        boolean hostNetwork,
        boolean hostPid,
        Privileges privileges,
        boolean readOnlyRoot,
        OptionalLong memory,
        OptionalLong cpu,
        Probes probes,
        List<String> preStop,
        Duration grace) {
    private static final int GRACE_SECONDS = 30;
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    /** A variable of the container's environment. */
    public sealed interface Env {
        String name();

        record Value(String name, String value) implements Env {}

        /** Filled in by the kubelet, such as {@code spec.nodeName}. */
        record Field(String name, String path) implements Env {}
    }

    /** A path of the node inside the container. */
    public record Mount(String hostPath, Kind kind, String mountPath, boolean readOnly, boolean hostToContainer) {}

    /** What a hostPath has to be, and whether the kubelet makes it when it is not there. */
    public enum Kind {
        ANY,
        DIRECTORY,
        DIRECTORY_OR_CREATE,
        FILE,
        FILE_OR_CREATE,
        SOCKET
    }

    public DaemonSet {
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = List.copyOf(env);
        mounts = List.copyOf(mounts);
        preStop = List.copyOf(preStop);
    }

    /** Reads a manifest that holds one DaemonSet; refuses, naming it, whatever is not understood. */
    public static DaemonSet read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    static DaemonSet parse(String yaml) throws IOException {
        try (MappingIterator<DaemonSetFile> documents =
                YAML.readerFor(DaemonSetFile.class).readValues(yaml)) {
            DaemonSetFile file = documents.nextValue();
            if (documents.hasNextValue()) {
                throw refused("a second document; one DaemonSet is all that is understood");
            }
            return of(file);
        } catch (UnrecognizedPropertyException e) {
            throw refused("the field " + path(e) + " is not understood");
        } catch (JsonMappingException e) {
            throw refused(path(e) + ": " + e.getOriginalMessage());
        }
    }

    private static DaemonSet of(DaemonSetFile file) {
        demand("apiVersion", "apps/v1", file.apiVersion());
        demand("kind", "DaemonSet", file.kind());
        PodSpec pod = file.spec().template().spec();
        if (pod.containers().size() != 1) {
            throw refused(pod.containers().size() + " containers; one is all that is understood");
        }
        Container container = pod.containers().getFirst();
        SecurityContext security = container.securityContext();
        return new DaemonSet(
                String.valueOf(file.metadata().name()),
                container.image(),
                orEmpty(container.command()),
                orEmpty(container.args()),
                orEmpty(container.env()).stream().map(DaemonSet::env).toList(),
                orEmpty(container.volumeMounts()).stream()
                        .map(mount -> mount(mount, orEmpty(pod.volumes())))
                        .toList(),
                pod.hostNetwork(),
                pod.hostPid(),
                Privileges.of(security),
                security != null && security.readOnlyRootFilesystem(),
                limit(container.resources(), "memory"),
                limit(container.resources(), "cpu"),
                new Probes(
                        probe(container.startupProbe()),
                        probe(container.readinessProbe()),
                        probe(container.livenessProbe())),
                container.lifecycle() == null
                        ? List.of()
                        : container.lifecycle().preStop().exec().command(),
                Duration.ofSeconds(orElse(pod.terminationGracePeriodSeconds(), GRACE_SECONDS)));
    }

    /** What is left out has the value the API server would put there. */
    private static @Nullable Probe probe(@Nullable ProbeSpec spec) {
        if (spec == null) {
            return null;
        }
        return new Probe(
                spec.exec().command(),
                Duration.ofSeconds(orElse(spec.initialDelaySeconds(), 0)),
                Duration.ofSeconds(orElse(spec.periodSeconds(), 10)),
                Duration.ofSeconds(orElse(spec.timeoutSeconds(), 1)),
                orElse(spec.failureThreshold(), 3));
    }

    private static int orElse(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }

    /** Whether a line of what is left on a node ({@link NodeState#leftSince}) names what the kubelet makes to mount it, and never removes. */
    public boolean isMountPoint(String line) {
        return mounts.stream()
                .anyMatch(mount ->
                        line.equals("file " + mount.hostPath()) || line.equals("file " + mount.hostPath() + "/"));
    }

    /** What a variable of its environment is set to; nothing for one that is not there, or that the kubelet fills in. */
    public Optional<String> value(String variable) {
        return env.stream()
                .filter(each -> each.name().equals(variable))
                .flatMap(each -> each instanceof Env.Value(String _, String value) ? Stream.of(value) : Stream.empty())
                .findFirst();
    }

    /** The same with another CPU limit, in thousandths of a core. */
    public DaemonSet limitedTo(long millis) {
        return with(privileges, OptionalLong.of(millis));
    }

    /** The same with other privileges. */
    public DaemonSet with(Privileges other) {
        return with(other, cpu);
    }

    private DaemonSet with(Privileges privileges, OptionalLong cpu) {
        return new DaemonSet(
                name,
                image,
                command,
                args,
                env,
                mounts,
                hostNetwork,
                hostPid,
                privileges,
                readOnlyRoot,
                memory,
                cpu,
                probes,
                preStop,
                grace);
    }

    private static Env env(EnvVar variable) {
        if (variable.valueFrom() != null) {
            return new Env.Field(
                    variable.name(), variable.valueFrom().fieldRef().fieldPath());
        }
        return new Env.Value(variable.name(), variable.value() == null ? "" : variable.value());
    }

    private static Mount mount(VolumeMount mount, List<Volume> volumes) {
        Volume volume = volumes.stream()
                .filter(each -> each.name().equals(mount.name()))
                .findFirst()
                .orElseThrow(() -> refused("volumeMount '" + mount.name() + "' has no volume of that name"));
        if (volume.hostPath() == null) {
            throw refused("volume '" + volume.name() + "' is not a hostPath; nothing else is understood");
        }
        boolean hostToContainer = switch (mount.mountPropagation()) {
            case null -> false;
            case None -> false;
            case HostToContainer -> true;
            case Bidirectional -> throw refused("volumeMount '" + mount.name() + "': Bidirectional is not understood");
        };
        return new Mount(
                volume.hostPath().path(),
                switch (volume.hostPath().type()) {
                    case null -> Kind.ANY;
                    case Any -> Kind.ANY;
                    case Directory -> Kind.DIRECTORY;
                    case DirectoryOrCreate -> Kind.DIRECTORY_OR_CREATE;
                    case File -> Kind.FILE;
                    case FileOrCreate -> Kind.FILE_OR_CREATE;
                    case Socket -> Kind.SOCKET;
                },
                mount.mountPath(),
                mount.readOnly(),
                hostToContainer);
    }

    private static OptionalLong limit(@Nullable Resources resources, String of) {
        Map<String, String> limits = resources == null || resources.limits() == null ? Map.of() : resources.limits();
        String text = limits.get(of);
        if (text == null) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(of.equals("cpu") ? Quantity.thousandths(text) : Quantity.units(text));
    }

    private static void demand(String field, String wanted, String found) {
        if (!wanted.equals(found)) {
            throw refused(field + " is '" + found + "', not '" + wanted + "'");
        }
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException(why);
    }

    /** The way to the field, as kubectl writes it: {@code spec.template.spec.containers[0].name}. */
    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference reference : e.getPath()) {
            if (reference.getFieldName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
            }
        }
        return path.toString();
    }
}
