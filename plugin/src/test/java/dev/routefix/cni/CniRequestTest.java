package dev.routefix.cni;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.routefix.netlink.Prefix;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CniRequestTest {

    private static final String CONF = "{\"cniVersion\":\"1.0.0\",\"name\":\"lan\",\"type\":\"route-fix\"}";

    private final Map<String, String> env = new HashMap<>(Map.of(
            "CNI_COMMAND", "ADD",
            "CNI_CONTAINERID", "c0ffee",
            "CNI_NETNS", "/var/run/netns/cni-1",
            "CNI_IFNAME", "eth0",
            "CNI_PATH", "/opt/cni/bin"));

    @Test
    void fills_in_the_defaults_of_the_conflist() {
        var conf = parse(CONF).conf();
        assertThat(conf.hostInterface()).isEqualTo("mac0");
        assertThat(conf.gateway()).hasToString("169.254.1.1");
        assertThat(conf.master()).isNull();
    }

    @Test
    void reads_every_key_of_its_own() {
        var conf = parse("""
                        {"cniVersion":"1.1.0","name":"lan","hostInterface":"mac7","gateway":"169.254.0.9","master":"eth1","logLevel":"debug",
                         "somebodyElses":{"key":1}}""").conf();
        assertThat(conf.hostInterface()).isEqualTo("mac7");
        assertThat(conf.gateway()).hasToString("169.254.0.9");
        assertThat(conf.master()).isEqualTo("eth1");
        assertThat(conf.cniVersion()).isEqualTo(SpecVersion.V1_1_0);
    }

    @Test
    void a_network_that_was_taken_from_the_node_takes_no_pods() {
        parse(CONF).conf().requireKept();

        var retired = parse("{\"cniVersion\":\"1.1.0\",\"name\":\"iot\",\"retired\":true}")
                .conf();
        assertThatExceptionOfType(CniException.class)
                .isThrownBy(retired::requireKept)
                .withMessageContaining("the network iot has been removed from this node")
                .matches(e -> e.number() == ErrorCode.TRY_AGAIN_LATER.number);
    }

    @Test
    void names_every_missing_variable_at_once() {
        env.remove("CNI_CONTAINERID");
        env.put("CNI_NETNS", "");
        env.remove("CNI_IFNAME");
        fails(CONF, ErrorCode.INVALID_ENVIRONMENT).withMessageContaining("[CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME]");
    }

    @Test
    void asks_DEL_for_no_sandbox() {
        env.put("CNI_COMMAND", "DEL");
        env.remove("CNI_NETNS");
        assertThat(parse(CONF).netns()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Command.class,
            names = {"STATUS", "GC", "VERSION"})
    void asks_commands_without_an_attachment_for_none(Command command) {
        var request = CniRequest.parse(
                Map.of("CNI_COMMAND", command.name()),
                "{\"cniVersion\":\"1.1.0\",\"name\":\"lan\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(request.attachment()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/x", "-a", "a b", "a@b", "ä", ".hidden"})
    void refuses_container_ids_that_could_leave_our_directory(String id) {
        env.put("CNI_CONTAINERID", id);
        fails(CONF, ErrorCode.INVALID_ENVIRONMENT)
                .withMessageContaining("CNI_CONTAINERID")
                .withMessageContaining(id);
    }

    @Test
    void refuses_a_container_id_longer_than_a_file_name() {
        env.put("CNI_CONTAINERID", "a".repeat(201));
        fails(CONF, ErrorCode.INVALID_ENVIRONMENT).withMessageContaining("CNI_CONTAINERID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a:b", "a b", ".", "..", "sixteen-letters!"})
    void refuses_names_no_interface_can_have(String ifname) {
        env.put("CNI_IFNAME", ifname);
        fails(CONF, ErrorCode.INVALID_ENVIRONMENT).withMessageContaining("CNI_IFNAME");
    }

    @Test
    void refuses_an_unknown_command() {
        env.put("CNI_COMMAND", "UPDATE");
        fails(CONF, ErrorCode.INVALID_ENVIRONMENT).withMessage("unknown CNI_COMMAND: UPDATE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nonsense", "[]", "42", "{\"name\":\"lan\"", "{\"name\":\"a\",\"name\":\"b\"}", "{} {}"})
    void answers_6_to_what_is_not_one_JSON_object(String stdin) {
        fails(stdin, ErrorCode.DECODING_FAILURE).withMessageContaining("stdin");
    }

    @ParameterizedTest
    @CsvSource({"0.1.0", "0.2.0", "9.9.9", "1", "''"})
    void answers_1_to_a_version_it_does_not_speak(String version) {
        fails("{\"cniVersion\":\"" + version + "\",\"name\":\"lan\"}", ErrorCode.INCOMPATIBLE_VERSION)
                .satisfies(e -> assertThat(e.details()).contains("0.3.0", "1.1.0"));
    }

    @Test
    void takes_a_missing_version_for_0_1_0() {
        fails("{\"name\":\"lan\"}", ErrorCode.INCOMPATIBLE_VERSION).withMessageContaining("0.1.0");
    }

    @ParameterizedTest
    @CsvSource({"CHECK,0.3.1", "STATUS,1.0.0", "GC,0.4.0"})
    void answers_1_to_a_command_the_version_did_not_have(String command, String version) {
        env.put("CNI_COMMAND", command);
        fails("{\"cniVersion\":\"" + version + "\",\"name\":\"lan\"}", ErrorCode.INCOMPATIBLE_VERSION)
                .withMessageContaining(command);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "type":"x"                          | name
                    "name":7                            | name
                    "name":"a b"                        | name
                    "name":"n","hostInterface":true     | hostInterface
                    "name":"n","hostInterface":"a/b"    | hostInterface
                    "name":"n","gateway":"169.254.1"    | gateway
                    "name":"n","gateway":"router.lan"   | gateway
                    "name":"n","gateway":{}             | gateway
                    "name":"n","master":["eth0"]        | master
                    "name":"n","logLevel":"chatty"      | logLevel
                    """)
    void answers_7_naming_the_key_of_the_wrong_type(String keys, String culprit) {
        fails("{\"cniVersion\":\"1.0.0\"," + keys + "}", ErrorCode.INVALID_CONFIG)
                .withMessageContaining("\"" + culprit + "\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    []                                        | prevResult
                    {"ips":{}}                                | prevResult.ips
                    {"ips":[{"address":"192.168.2.7"}]}       | prevResult.ips[0].address
                    {"ips":[{"address":"192.168.2.7/24","interface":"0"}]} | prevResult.ips[0].interface
                    {"interfaces":["eth0"]}                   | prevResult.interfaces[0]
                    {"routes":[{"dst":"everywhere"}]}         | prevResult.routes[0].dst
                    """)
    void answers_6_to_a_prevResult_that_is_none(String prevResult, String culprit) {
        var stdin = "{\"cniVersion\":\"1.0.0\",\"name\":\"lan\",\"prevResult\":" + prevResult + "}";
        fails(stdin, ErrorCode.DECODING_FAILURE).withMessageContaining("\"" + culprit + "\"");
        env.put("CNI_COMMAND", "DEL");
        assertThat(parse(stdin).conf().prevResult()).isNull();
    }

    @Test
    void refuses_a_gateway_that_lies_on_the_LAN() {
        var conf = parse("{\"cniVersion\":\"1.0.0\",\"name\":\"lan\",\"gateway\":\"192.168.2.9\"}")
                .conf();
        assertThatExceptionOfType(CniException.class)
                .isThrownBy(() -> conf.requireGatewayOutside(Prefix.parse("192.168.2.76/24")))
                .withMessageContaining("192.168.2.9")
                .withMessageContaining("192.168.2.0/24");
    }

    @Test
    void distinguishes_an_empty_list_of_valid_attachments_from_none() {
        env.put("CNI_COMMAND", "GC");
        assertThat(parse("{\"cniVersion\":\"1.1.0\",\"name\":\"lan\"}").conf().validAttachments())
                .isNull();
        assertThat(parse("{\"cniVersion\":\"1.1.0\",\"name\":\"lan\",\"cni.dev/valid-attachments\":null}")
                        .conf()
                        .validAttachments())
                .isEmpty();
        assertThat(parse(
                                "{\"cniVersion\":\"1.1.0\",\"name\":\"lan\",\"cni.dev/valid-attachments\":[{\"containerID\":\"a\",\"ifname\":\"eth0\"}]}")
                        .conf()
                        .validAttachments())
                .isEqualTo(List.of(new AttachmentId("a", "eth0")));
    }

    private CniRequest parse(String stdin) {
        return CniRequest.parse(env, stdin.getBytes(StandardCharsets.UTF_8));
    }

    private ThrowableAssertAlternative<CniException> fails(String stdin, ErrorCode code) {
        return assertThatExceptionOfType(CniException.class)
                .isThrownBy(() -> parse(stdin))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    /** The kind of identity in the end; each of the three places may be empty. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-,         -,         -,         AUTO",
                "stable,    -,         -,         STABLE",
                "stable,    anonymous, -,         ANONYMOUS",
                "anonymous, stable,    auto,      AUTO",
                "-,         -,         anonymous, ANONYMOUS",
                "auto,      stable,    -,         STABLE"
            })
    void as_whom_a_pod_asks_says_the_runtime_or_else_CNI_ARGS_or_else_the_configuration(
            @Nullable String configured, @Nullable String argument, @Nullable String runtime, IdentityKind expected) {
        env.put("CNI_ARGS", "IgnoreUnknown=1" + (argument == null ? "" : ";IDENTITY=" + argument));
        var request = parse(leased(configured, runtime));

        assertThat(request.identity(leasedBy(request))).isEqualTo(expected);
    }

    @Test
    void an_identity_that_is_none_is_named_wherever_it_stands() {
        fails(leased("always", null), ErrorCode.INVALID_CONFIG).withMessageContaining("ipam.identity");
        fails(leased(null, "always"), ErrorCode.INVALID_CONFIG).withMessageContaining("runtimeConfig.identity");
        env.put("CNI_ARGS", "IDENTITY=always");
        var request = parse(leased(null, null));
        assertThatExceptionOfType(CniException.class)
                .isThrownBy(() -> request.identity(leasedBy(request)))
                .withMessageContaining("IDENTITY \"always\" of CNI_ARGS must be auto, stable or anonymous");
    }

    private static IpamConf.Leased leasedBy(CniRequest request) {
        return (IpamConf.Leased) requireNonNull(request.conf().own().ipam());
    }

    private static String leased(@Nullable String configured, @Nullable String runtime) {
        return """
                {"cniVersion":"1.0.0","name":"lan","type":"route-fix","master":"eth0",
                 "ipam":{"type":"dhcp"%s},"runtimeConfig":{%s}}""".formatted(
                        configured == null ? "" : ",\"identity\":\"" + configured + "\"",
                        runtime == null ? "" : "\"identity\":\"" + runtime + "\"");
    }
}
