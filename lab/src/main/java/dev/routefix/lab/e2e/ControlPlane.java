package dev.routefix.lab.e2e;

import dev.routefix.lab.Host;
import dev.routefix.lab.Lan;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Pause;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** A machine of the LAN with etcd, the API server, controllers and the scheduler, and a kubectl that is an administrator's. */
final class ControlPlane implements AutoCloseable {
    private static final int NUMBER = 11;
    private static final int KEY_BITS = 2048;
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(300);
    private static final String ETCD = "http://127.0.0.1:2379";

    private final Host host;
    private final Binaries binaries;
    private final Path directory;
    private final List<Background> programs = new ArrayList<>();

    private ControlPlane(Host host, Binaries binaries) {
        this.host = host;
        this.binaries = binaries;
        this.directory = Run.current().directory("control-plane");
    }

    /** Starts all of it and waits until the API answers. */
    static ControlPlane start(Lan lan, Binaries binaries) {
        ControlPlane plane = new ControlPlane(lan.attach("control-plane", NUMBER), binaries);
        try {
            plane.write();
            plane.launch();
            return plane;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            plane.close();
            throw new IllegalStateException("cannot start a control plane: " + e.getMessage(), e);
        }
    }

    private void write() throws IOException, GeneralSecurityException {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
        keys.initialize(KEY_BITS);
        String key = Base64.getMimeEncoder()
                .encodeToString(keys.generateKeyPair().getPrivate().getEncoded());
        Files.writeString(key(), "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n");
        Files.writeString(directory.resolve("tokens"), "admin,admin,1,\"system:masters\"\n");
        Files.writeString(kubeconfig(), """
            apiVersion: v1
            kind: Config
            clusters: [{name: lab, cluster: {server: "https://%s:6443", insecure-skip-tls-verify: true}}]
            users: [{name: admin, user: {token: admin}}]
            contexts: [{name: lab, context: {cluster: lab, user: admin}}]
            current-context: lab
            """.formatted(host.address()));
    }

    private Path key() {
        return directory.resolve("service-accounts.key");
    }

    private void launch() {
        String config = "--kubeconfig=" + kubeconfig();
        program(
                "etcd",
                "etcd",
                "--data-dir=" + directory.resolve("etcd.data"),
                "--listen-client-urls=" + ETCD,
                "--advertise-client-urls=" + ETCD,
                "--listen-peer-urls=http://127.0.0.1:2380",
                "--unsafe-no-fsync");
        Background api = program(
                "kube-apiserver",
                binaries.path("kube-apiserver").toString(),
                "--etcd-servers=" + ETCD,
                "--service-cluster-ip-range=10.43.0.0/16",
                "--cert-dir=" + directory.resolve("certificates"),
                "--token-auth-file=" + directory.resolve("tokens"),
                "--authorization-mode=RBAC",
                "--allow-privileged=true",
                "--service-account-issuer=https://lab",
                "--service-account-key-file=" + key(),
                "--service-account-signing-key-file=" + key(),
                "--bind-address=" + host.address(),
                "--advertise-address=" + host.address(),
                "--kubelet-preferred-address-types=InternalIP",
                // pods need no token here, and its controller would have to be waited for
                "--disable-admission-plugins=ServiceAccount");
        api.await("the API is ready", START, () -> {
            Pause.of(LOOK);
            return kubectl("get", "--raw", "/readyz").attempt().ok();
        });
        program(
                "kube-controller-manager",
                binaries.path("kube-controller-manager").toString(),
                config,
                "--service-account-private-key-file=" + key(),
                "--bind-address=127.0.0.1");
        program("kube-scheduler", binaries.path("kube-scheduler").toString(), config, "--bind-address=127.0.0.1");
        Path socket = directory.resolve("api.sock");
        Background proxy = program(
                "kubectl-proxy",
                binaries.path(Binaries.KUBECTL).toString(),
                config,
                "proxy",
                "--unix-socket=" + socket);
        proxy.await("the API's socket is there", START, () -> Files.exists(socket));
    }

    private Background program(String name, String... argv) {
        Background program = host.netns().command(argv).start(directory.resolve(name + ".log"));
        programs.add(program);
        return program;
    }

    Host host() {
        return host;
    }

    Path kubeconfig() {
        return directory.resolve("kubeconfig");
    }

    Api api() {
        return new Api(directory.resolve("api.sock"));
    }

    /** An administrator's command. */
    Command kubectl(String... arguments) {
        return host.netns()
                .command(Stream.concat(
                                Stream.of(binaries.path(Binaries.KUBECTL).toString(), "--kubeconfig=" + kubeconfig()),
                                Stream.of(arguments))
                        .toList());
    }

    /** Directories of logs, for whoever wants to know why. */
    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        programs.reversed().forEach(Background::close);
    }
}
