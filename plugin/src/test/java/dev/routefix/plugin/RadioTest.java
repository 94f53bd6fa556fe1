package dev.routefix.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directory is laid out as the kernel lays out {@code /sys/class/net}. */
class RadioTest {

    @TempDir
    Path interfaces;

    @Test
    void a_wired_interface_is_none() throws IOException {
        entry("eth0");

        assertThat(isRadio("eth0", "")).isFalse();
        assertThat(isRadio("gone", "")).isFalse();
    }

    @Test
    void a_Wi_Fi_interface_is_known_by_its_radio_also_with_old_drivers() throws IOException {
        Files.createDirectories(entry("wlan0").resolve("phy80211"));
        Files.createDirectories(entry("wlan1").resolve("wireless"));

        assertThat(isRadio("wlan0", "")).isTrue();
        assertThat(isRadio("wlan1", "")).isTrue();
    }

    @Test
    void a_VLAN_on_one_is_one() throws IOException {
        Files.createDirectories(entry("wlan0").resolve("phy80211"));
        upon("wlan0.20", "wlan0");
        entry("eth0");
        upon("eth0.20", "eth0");

        assertThat(isRadio("wlan0.20", "vlan")).isTrue();
        assertThat(isRadio("eth0.20", "vlan")).isFalse();
    }

    @Test
    void a_bond_with_one_as_laptops_have_it_is_one_and_so_is_a_VLAN_on_that() throws IOException {
        entry("eth0");
        Files.createDirectories(entry("wlan0").resolve("phy80211"));
        upon("bond0", "eth0");
        upon("bond0", "wlan0");
        upon("bond0.20", "bond0");

        assertThat(isRadio("bond0", "bond")).isTrue();
        assertThat(isRadio("bond0.20", "vlan")).isTrue();
    }

    @Test
    void interfaces_that_lie_upon_each_other_in_a_circle_come_to_an_end() throws IOException {
        upon("a", "b");
        upon("b", "a");

        assertThat(isRadio("a", "bridge")).isFalse();
    }

    private boolean isRadio(String name, String kind) {
        return Radio.isIn(interfaces, new Link(2, name, 0, 0, Link.UP, 1500, null, kind));
    }

    private Path entry(String name) throws IOException {
        return Files.createDirectories(interfaces.resolve(name));
    }

    private void upon(String name, String lower) throws IOException {
        entry(lower);
        Files.createSymbolicLink(entry(name).resolve("lower_" + lower), Path.of("..", lower));
    }
}
