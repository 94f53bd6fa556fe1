package dev.routefix.cni;

import dev.routefix.netlink.MacAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of a runtime: the environment (SPEC section 2 "Parameters") and the configuration from stdin, checked.
 *
 * @param attachment null for STATUS, GC and VERSION
 * @param netns the sandbox's path; empty where there is none (any more)
 * @param args {@code CNI_ARGS} as it came, or empty
 * @param config null for VERSION, which has none
 */
public record CniRequest(
        Command command,
        @Nullable AttachmentId attachment,
        String netns,
        boolean netnsOverride,
        String args,
        @Nullable NetConf config) {

    /** Those words of {@code CNI_ARGS} that name a pod (containerd {@code internal/cri/server/sandbox_run.go}). */
    private static final List<String> POD_WORDS =
            List.of("K8S_POD_NAMESPACE", "K8S_POD_NAME", "K8S_POD_UID", "K8S_POD_INFRA_CONTAINER_ID");

    /** Of a name in Kubernetes (RFC 1123). */
    private static final int LONGEST_NAME = 253;

    /** A container's file names carry its id; longer ones than a file name can hold are refused. */
    private static final int LONGEST_ID = 200;

    /**
     * Checks everything before anything is done.
     *
     * @throws CniException codes 1, 4, 6 or 7
     */
    public static CniRequest parse(Map<String, String> env, byte[] stdin) {
        var command = Command.parse(env.get("CNI_COMMAND"));
        requireAll(command, env);
        AttachmentId attachment = null;
        if (command.required.contains("CNI_CONTAINERID")) {
            attachment = new AttachmentId(containerId(env), ifname(env));
        }
        return new CniRequest(
                command,
                attachment,
                netns(env),
                isTrue(env.getOrDefault("CNI_NETNS_OVERRIDE", "")),
                env.getOrDefault("CNI_ARGS", ""),
                command == Command.VERSION ? null : config(command, stdin));
    }

    /** The words of {@link #args} that name the pod, and no others: they may be of any size. */
    public String podWords() {
        var words = new ArrayList<String>();
        for (var word : args.split(";", -1)) {
            int equals = word.indexOf('=');
            if (equals > 0 && POD_WORDS.contains(word.substring(0, equals))) {
                var value = word.substring(equals + 1);
                if (Names.isNetworkName(value) && value.length() <= LONGEST_NAME) {
                    words.add(word);
                }
            }
        }
        return String.join(";", words);
    }

    /** Whether an ADD of it makes the pod's interface itself: where no plugin before us did, and it is said on what it is to sit. */
    public boolean makesInterface() {
        return conf().prevResult() == null && conf().master() != null;
    }

    /** The same as it would be after a plugin that made the pod's interface. */
    public CniRequest after(PrevResult made) {
        return new CniRequest(command, attachment, netns, netnsOverride, args, conf().after(made));
    }

    /**
     * The same for the one who gave the addresses: with the gateways that it gave, of which ours has taken the place in the result since.
     *
     * @param given its result
     */
    public CniRequest asGiven(Map<String, @Nullable Object> given) {
        var json = FirstResult.asGiven(conf().json(), given);
        return new CniRequest(command, attachment, netns, netnsOverride, args, conf().with(json));
    }

    /** The value of a word of {@link #args}; empty if it is not there. */
    public String arg(String name) {
        for (var word : args.split(";", -1)) {
            int equals = word.indexOf('=');
            if (equals == name.length() && word.startsWith(name)) {
                return word.substring(equals + 1);
            }
        }
        return "";
    }

    /**
     * The hardware address that is asked for: by the runtime, or else by {@code CNI_ARGS}; null if any will do.
     *
     * @throws CniException code 4 if that of {@code CNI_ARGS} is none
     */
    public @Nullable MacAddress mac() {
        var asked = conf().own().mac();
        var text = asked == null ? arg("MAC") : "";
        if (text.isEmpty()) {
            return asked;
        }
        var mac = InterfaceConf.station(text);
        if (mac == null) {
            throw new CniException(
                    ErrorCode.INVALID_ENVIRONMENT,
                    "MAC \"" + text
                            + "\" of CNI_ARGS must be the hardware address of one machine such as 02:00:5e:10:00:01");
        }
        return mac;
    }

    /**
     * As whom the pod asks a DHCP server: as the runtime says, or else {@code CNI_ARGS}, or else the configuration.
     *
     * @throws CniException code 4 if {@code CNI_ARGS} says something else
     */
    public IdentityKind identity(IpamConf.Leased configured) {
        var asked = conf().own().identity();
        var text = asked == null ? arg("IDENTITY") : "";
        if (text.isEmpty()) {
            return asked == null ? configured.identity() : asked;
        }
        var kind = IdentityKind.of(text);
        if (kind == null) {
            throw new CniException(
                    ErrorCode.INVALID_ENVIRONMENT,
                    "IDENTITY \"" + text + "\" of CNI_ARGS must be " + IdentityKind.CHOICES);
        }
        return kind;
    }

    /** The attachment of a command that has one. */
    public AttachmentId attached() {
        if (attachment == null) {
            throw new IllegalStateException(command + " concerns no attachment");
        }
        return attachment;
    }

    /** The configuration of a command that has one. */
    public NetConf conf() {
        if (config == null) {
            throw new IllegalStateException(command + " has no configuration");
        }
        return config;
    }

    /**
     * What the plugins before us made.
     *
     * @throws CniException code 7 if there is none
     */
    public PrevResult prevResult() {
        var prevResult = conf().prevResult();
        if (prevResult == null) {
            throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "\"prevResult\" is missing: route-fix must be called as a chained plugin, after macvlan in the conflist's \"plugins\"; or be given"
                            + " \"master\", to make the pod's interface itself");
        }
        return prevResult;
    }

    private static void requireAll(Command command, Map<String, String> env) {
        var missing = new ArrayList<String>();
        for (var name : command.required) {
            if (env.getOrDefault(name, "").isEmpty()) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            throw new CniException(
                    ErrorCode.INVALID_ENVIRONMENT,
                    "required env variables [" + String.join(",", missing) + "] missing for CNI_COMMAND=" + command);
        }
    }

    private static String containerId(Map<String, String> env) {
        var id = env.getOrDefault("CNI_CONTAINERID", "");
        if (!Names.isNetworkName(id) || id.length() > LONGEST_ID) {
            throw new CniException(
                    ErrorCode.INVALID_ENVIRONMENT,
                    "CNI_CONTAINERID \"" + id + "\" must be 1 to " + LONGEST_ID
                            + " letters, digits, dots, dashes and underscores, beginning with a letter or digit");
        }
        return id;
    }

    private static String ifname(Map<String, String> env) {
        var name = env.getOrDefault("CNI_IFNAME", "");
        if (!Names.isInterfaceName(name)) {
            throw new CniException(
                    ErrorCode.INVALID_ENVIRONMENT,
                    "CNI_IFNAME \"" + name
                            + "\" is no interface name: 1 to 15 characters without slash, colon and white space");
        }
        return name;
    }

    private static String netns(Map<String, String> env) {
        var path = env.getOrDefault("CNI_NETNS", "");
        if (path.indexOf('\0') >= 0) {
            throw new CniException(ErrorCode.INVALID_ENVIRONMENT, "CNI_NETNS holds a zero byte: it is no path");
        }
        return path;
    }

    private static boolean isTrue(String value) {
        return value.equals("1") || value.equalsIgnoreCase("true");
    }

    private static NetConf config(Command command, byte[] stdin) {
        Map<String, @Nullable Object> json;
        try {
            json = Json.read(stdin);
        } catch (IOException e) {
            throw new CniException(
                    ErrorCode.DECODING_FAILURE,
                    "the network configuration on stdin is not usable",
                    String.valueOf(e.getMessage()));
        }
        var object = new JsonObject(json, "", ErrorCode.INVALID_CONFIG);
        var faults = new ArrayList<CniException>();
        // an error of DEL would keep the plugins before us from doing their work, so it does without what is wrong
        return NetConf.of(version(command, object, faults), object, faults, command == Command.DEL);
    }

    private static SpecVersion version(Command command, JsonObject object, List<CniException> faults) {
        try {
            var version = SpecVersion.parse(object.string("cniVersion"));
            if (version.compareTo(command.since) < 0) {
                throw new CniException(
                        ErrorCode.INCOMPATIBLE_VERSION,
                        command + " exists from cniVersion " + command.since.text + " on, the configuration has "
                                + version.text);
            }
            return version;
        } catch (CniException fault) {
            faults.add(fault);
            return SpecVersion.V1_0_0;
        }
    }
}
