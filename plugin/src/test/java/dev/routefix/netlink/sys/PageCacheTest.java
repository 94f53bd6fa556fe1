package dev.routefix.netlink.sys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.sys.PageCache.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PageCacheTest {

    @Test
    void finds_what_has_a_file() {
        assertThat(PageCache.parse(List.of(
                        "7f8c5d3ac000-7f8c5d3ae000 r--s 00001000 00:34 2310364                    /opt/a b/installer.aot",
                        "7f8c18000000-7f8c180a5000 rw-p 00000000 00:00 0 ",
                        "562b48d46000-562b48dff000 rw-p 00000000 00:00 0                          [heap]")))
                .containsExactly(new Mapping(0x7f8c5d3ac000L, 0x2000, "/opt/a b/installer.aot"));
    }

    @Test
    void the_kernel_is_told_about_every_file_that_is_mapped() throws IOException {
        PageCache.keepToWhatIsUsed();

        // "rr: random read advise provided", proc(5)
        boolean isFile = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-.*")) {
                isFile = line.endsWith(".so");
            } else if (isFile && line.startsWith("VmFlags:")) {
                assertThat(line).contains(" rr");
            }
        }
    }
}
