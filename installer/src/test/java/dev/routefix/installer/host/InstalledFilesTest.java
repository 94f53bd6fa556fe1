package dev.routefix.installer.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledFilesTest {

    private static final Path MACVLAN = Path.of("/opt/cni/bin/macvlan");
    private static final Path DHCP = Path.of("/opt/cni/bin/dhcp");

    @TempDir
    Path directory;

    @Test
    void remembers_what_was_installed_until_it_is_removed() throws IOException {
        var file = directory.resolve("state/installed.json");
        var installed = new InstalledFiles(file);
        assertThat(installed.read()).isEmpty();

        installed.add(MACVLAN, "aa");
        installed.add(DHCP, "bb");
        installed.add(MACVLAN, "cc");

        assertThat(new InstalledFiles(file).read()).isEqualTo(Map.of(MACVLAN, "cc", DHCP, "bb"));

        installed.remove(MACVLAN);
        assertThat(installed.read()).isEqualTo(Map.of(DHCP, "bb"));

        installed.remove(DHCP);
        assertThat(file).doesNotExist();
    }

    @Test
    void a_list_that_cannot_be_read_claims_nothing() throws IOException {
        var file = Files.writeString(directory.resolve("installed.json"), "{\"files\": {\"/opt/cni/bin/mac");

        assertThat(new InstalledFiles(file).read()).isEmpty();
    }
}
