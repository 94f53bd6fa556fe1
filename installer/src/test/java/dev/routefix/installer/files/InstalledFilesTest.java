package dev.routefix.installer.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstalledFilesTest {

    private static final Path MACVLAN = Path.of("/opt/cni/bin/macvlan");
    private static final Path DHCP = Path.of("/opt/cni/bin/dhcp");

    @TempDir
    Path directory;

    private final List<String> log = new ArrayList<>();

    @Test
    void remembers_what_was_installed_until_it_is_removed() throws IOException {
        var file = directory.resolve("state/installed.json");
        var installed = new InstalledFiles(file, log::add);
        assertThat(installed.read()).isEmpty();

        installed.add(MACVLAN, "aa");
        installed.add(DHCP, "bb");
        installed.add(MACVLAN, "cc");

        assertThat(new InstalledFiles(file, log::add).read()).isEqualTo(Map.of(MACVLAN, "cc", DHCP, "bb"));

        installed.remove(MACVLAN);
        assertThat(installed.read()).isEqualTo(Map.of(DHCP, "bb"));

        installed.remove(DHCP);
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"version\":1,\"files\":{\"/opt/cni/bin/mac",
                "{\"files\":{}}",
                "{\"version\":2,\"files\":{}}",
                "{\"version\":1,\"files\":[]}",
                "{\"version\":1,\"files\":{\"/opt/cni/bin/macvlan\":1}}",
                "{\"version\":1,\"files\":{\"\\u0000\":\"aa\"}}"
            })
    void a_list_that_cannot_be_used_claims_nothing_and_is_kept_aside(String damaged) throws IOException {
        var file = Files.writeString(directory.resolve("installed.json"), damaged);
        var installed = new InstalledFiles(file, log::add);

        assertThat(installed.read()).isEmpty();
        assertThat(installed.read()).isEmpty();

        assertThat(file).doesNotExist();
        assertThat(directory.resolve("installed.json.bad")).hasContent(damaged);
        assertThat(log).singleElement().asString().contains(file.toString(), "installed.json.bad");
        installed.forget();
        assertThat(directory).isEmptyDirectory();
    }
}
