package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LayerTest {

    @ParameterizedTest
    @CsvSource({
        "usr/sbin/xtables-nft-multi, DEBIAN",
        "usr/lib/x86_64-linux-gnu/xtables/libxt_mark.so, DEBIAN",
        "opt/route-fix/glibc/libc.so.6, DEBIAN",
        "opt/route-fix/sbin/xtables-nft-multi, DEBIAN",
        "opt/route-fix/xtables/libxt_comment.so, DEBIAN",
        "opt/route-fix/bin/ld.so, DEBIAN",
        "opt/route-fix/bin/java, JVM",
        "opt/route-fix/lib/server/libjvm.so, JVM",
        "opt/route-fix/bin/ctl, CODE",
        "opt/route-fix/lib/modules, CODE",
        "opt/route-fix/plugin.args, CODE",
        "opt/route-fix/build, CODE",
        "opt/route-fix/lib/plugin.aot, AOT",
    })
    void a_file_lies_with_what_changes_as_often_as_it(String path, Layer layer) {
        assertThat(Layer.of(path)).isEqualTo(layer);
    }
}
