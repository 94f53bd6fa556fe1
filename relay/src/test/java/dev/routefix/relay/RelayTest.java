package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The file, read with the offsets of elf(5). */
@ParameterizedClass
@EnumSource(Machine.class)
final class RelayTest {
    private static final int PROGRAM_HEADERS = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int WRITE_AND_EXECUTE = 3;

    private final Machine machine;

    RelayTest(Machine machine) {
        this.machine = machine;
    }

    @Test
    void is_an_executable_for_its_machine() {
        var elf = elf(Sample.SETTINGS);

        assertThat(elf.getInt(0)).isEqualTo(0x464c457f);
        assertThat(elf.getShort(16)).describedAs("e_type: ET_EXEC").isEqualTo((short) 2);
        assertThat(elf.getShort(18)).describedAs("e_machine").isEqualTo((short) (machine == Machine.X86_64 ? 62 : 183));
    }

    @Test
    void has_at_most_2048_bytes() {
        assertThat(elf(Sample.SETTINGS).capacity()).isLessThanOrEqualTo(2048);
    }

    @Test
    void begins_where_something_may_be_executed() {
        var elf = elf(Sample.SETTINGS);
        long entry = elf.getLong(24);

        assertThat(flags(elf, 0)).isEqualTo(0b101);
        assertThat(entry)
                .isBetween(elf.getLong(PROGRAM_HEADERS + 16), elf.getLong(PROGRAM_HEADERS + 16) + elf.getLong(96));
    }

    @Test
    void has_no_memory_that_may_be_written_and_executed_and_no_executable_stack() {
        var elf = elf(Sample.SETTINGS);

        for (int i = 0; i < elf.getShort(56); i++) {
            assertThat(flags(elf, i) & WRITE_AND_EXECUTE).isNotEqualTo(WRITE_AND_EXECUTE);
        }
        assertThat(elf.getInt(PROGRAM_HEADERS + 2 * PROGRAM_HEADER))
                .describedAs("PT_GNU_STACK")
                .isEqualTo(0x6474e551);
        assertThat(flags(elf, 2)).isEqualTo(0b110);
    }

    @Test
    void can_be_mapped_by_kernels_whose_pages_have_64_kilobytes() {
        var elf = elf(Sample.SETTINGS);
        int second = PROGRAM_HEADERS + PROGRAM_HEADER;
        long offset = elf.getLong(second + 8);
        long address = elf.getLong(second + 16);
        long endOfFirst = elf.getLong(PROGRAM_HEADERS + 16) + elf.getLong(PROGRAM_HEADERS + 40);

        assertThat((address - offset) % 65536).isZero();
        assertThat(address / 65536).isGreaterThan((endOfFirst - 1) / 65536);
        assertThat(elf.getLong(second + 48)).describedAs("p_align").isEqualTo(65536);
        assertThat(offset + elf.getLong(second + 32))
                .describedAs("end of the file")
                .isEqualTo(elf.capacity());
    }

    @Test
    void is_the_same_each_time() {
        assertThat(elf(Sample.SETTINGS)).isEqualTo(elf(Sample.SETTINGS));
    }

    @Test
    void holds_the_directory_of_the_runtime_once_and_once_in_a_message() {
        var text = new String(elf(Sample.SETTINGS).array(), StandardCharsets.ISO_8859_1);

        assertThat(text.split(Sample.SETTINGS.directory(), -1)).hasSize(3);
    }

    @Test
    void executes_nothing_as_a_client() {
        var client = RelaySettings.client("/run/route-fix/route-fix.sock", Duration.ofMinutes(5));

        assertThat(RelayProgram.of(client).code())
                .extracting(Program.Line::step)
                .doesNotContain(new Instruction.Call(SystemCall.EXECVE))
                .contains(new Instruction.Call(SystemCall.CONNECT));
    }

    private ByteBuffer elf(RelaySettings settings) {
        return ByteBuffer.wrap(Relay.of(settings, machine).executable()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int flags(ByteBuffer elf, int programHeader) {
        return elf.getInt(PROGRAM_HEADERS + programHeader * PROGRAM_HEADER + 4);
    }
}
