package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Command;
import dev.routefix.relay.Assembler.Placed;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The relay's file as GNU binutils see it. */
@ParameterizedClass
@EnumSource(Machine.class)
final class RelayFileIT {
    private static final Pattern INSTRUCTION = Pattern.compile(" *([0-9a-f]+):\t([0-9a-f ]+)\t(.+)");

    private final Machine machine;

    RelayFileIT(Machine machine) {
        this.machine = machine;
    }

    @Test
    void readelf_reads_it_without_complaint_and_finds_nothing_writable_and_executable() {
        var file = new RelayUnderTest(machine).written(Sample.SETTINGS).toString();

        var headers = Command.of("readelf", "-lW", file).run();

        assertThat(headers.stderr()).isEmpty();
        assertThat(headers.stdout())
                .contains("Elf file type is EXEC", "R E 0x10000", "RW  0x10000", "GNU_STACK")
                .doesNotContain("RWE", "Warning", "Error");
    }

    @Test
    void objdump_reads_it_without_complaint() {
        var file = new RelayUnderTest(machine).written(Sample.SETTINGS).toString();

        var dump = Command.of(objdump(), "-d", file).run();

        assertThat(dump.stderr()).isEmpty();
        assertThat(dump.stdout()).contains("file format elf64-");
    }

    @Test
    void objdump_knows_every_instruction_and_sees_them_begin_where_the_listing_does() {
        var under = new RelayUnderTest(machine);
        var file = under.written(Sample.SETTINGS).toString();
        var steps = Relay.of(Sample.SETTINGS, machine).lines().stream()
                .filter(RelayFileIT::isCode)
                .toList();
        long end = steps.getLast().address() + steps.getLast().bytes().size();

        var instructions = INSTRUCTION
                .matcher(Command.of(disassemble(file, steps.getFirst().address(), end))
                        .run()
                        .stdout())
                .results()
                .toList();

        assertThat(instructions)
                .extracting(it -> it.group(3))
                .noneMatch(text -> text.contains("(bad)") || text.contains(".inst") || text.contains("undefined"));
        assertThat(instructions)
                .extracting(it -> Long.parseLong(it.group(1), 16))
                .containsAll(steps.stream().map(Placed::address).toList());
    }

    /** The file has no section headers to tell objdump where the code is, so it must be told. */
    private List<String> disassemble(String file, long from, long to) {
        var architecture = switch (machine) {
            case X86_64 -> "i386:x86-64";
            case AARCH64 -> "aarch64";
        };
        return List.of(
                objdump(),
                "-D",
                "--insn-width=16",
                "--target=binary",
                "--architecture=" + architecture,
                "--adjust-vma=0x400000",
                "--start-address=" + from,
                "--stop-address=" + to,
                file);
    }

    private String objdump() {
        return switch (machine) {
            case X86_64 -> "x86_64-linux-gnu-objdump";
            case AARCH64 -> "aarch64-linux-gnu-objdump";
        };
    }

    private static boolean isCode(Placed placed) {
        return !(placed.line().step() instanceof Instruction.Data)
                && placed.bytes().size() > 0;
    }
}
