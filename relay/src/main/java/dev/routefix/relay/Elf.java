package dev.routefix.relay;

import dev.routefix.relay.Assembler.Assembled;
import dev.routefix.relay.Assembler.Placed;
import dev.routefix.relay.Instruction.Data;
import dev.routefix.relay.Program.Line;
import java.util.ArrayList;
import java.util.List;

/**
 * The file around a program: the ELF header, which says what the file is, and program headers, which say what of it the kernel puts where in memory
 * and what may be done there. elf(5) and the System V ABI, chapters 4 and 5. What may be executed cannot be written, and the other way round.
 */
final class Elf {

    /** The largest page of memory any kernel uses: what differs in its permissions must lie so far apart. */
    static final int PAGE = 1 << 16;

    /** Where the file begins in memory: where executables are usually put. */
    private static final long START = 0x400000;

    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int PROGRAM_HEADERS = 3;
    private static final int HEADERS = HEADER + PROGRAM_HEADERS * PROGRAM_HEADER;

    private static final int LOAD = 1;
    private static final int GNU_STACK = 0x6474e551;
    private static final int EXECUTE = 1;
    private static final int WRITE = 2;
    private static final int READ = 4;

    private final List<Placed> lines = new ArrayList<>();
    private long next = START;

    private Elf() {}

    /** Where variables are in memory if the part before them ends there: their place in the file, and one page farther. */
    static long variables(long end) {
        return aligned(end) + PAGE;
    }

    /** The file, line by line. */
    static List<Placed> of(Program program, Machine machine) {
        var assembled = Assembler.assemble(program, machine.encoder(), START + HEADERS);
        var elf = new Elf();
        elf.header(machine);
        elf.programHeaders(assembled);
        elf.lines.addAll(assembled.fixed());
        elf.next += size(assembled.fixed());
        elf.number((int) (aligned(elf.next) - elf.next), 0, "so that the variables begin at a multiple of 8");
        elf.lines.addAll(assembled.variables());
        return List.copyOf(elf.lines);
    }

    private void header(Machine machine) {
        field(ByteString.of(0x7f).and(ByteString.text("ELF")), "e_ident: this is an ELF file");
        field(ByteString.of(2, 1, 1), "of 64 bits, little endian, version 1");
        number(9, 0, "for the System V ABI");
        number(2, 2, "e_type: an executable that has a fixed place in memory");
        number(2, machine.number, "e_machine: for " + machine);
        number(4, 1, "e_version");
        number(8, START + HEADERS, "e_entry: the address of its first instruction, right behind these headers");
        number(8, HEADER, "e_phoff: the program headers begin here in the file");
        number(8, 0, "e_shoff: no section headers; they are for linkers and debuggers");
        number(4, 0, "e_flags");
        number(2, HEADER, "e_ehsize: bytes of this header");
        number(2, PROGRAM_HEADER, "e_phentsize: bytes of one program header");
        number(2, PROGRAM_HEADERS, "e_phnum: how many there are");
        number(2, 64, "e_shentsize");
        number(2, 0, "e_shnum");
        number(2, 0, "e_shstrndx");
    }

    private void programHeaders(Assembled assembled) {
        int fixed = HEADERS + size(assembled.fixed());
        int variables = size(assembled.variables());
        programHeader(LOAD, READ | EXECUTE, "headers, code and constants: read and execute", 0, START, fixed, fixed);
        programHeader(
                LOAD,
                READ | WRITE,
                "variables and reserved memory: read and write",
                aligned(fixed),
                variables(START + fixed),
                variables,
                variables + assembled.reserved());
        programHeader(GNU_STACK, READ | WRITE, "the stack: read and write", 0, 0, 0, 0);
    }

    private void programHeader(int type, int flags, String what, long offset, long address, long size, long memory) {
        number(4, type, "p_type: " + (type == LOAD ? "put it into memory" : "only permissions"));
        number(4, flags, "p_flags: " + what);
        number(8, offset, "p_offset: where it begins in the file");
        number(8, address, "p_vaddr: where it begins in memory");
        number(8, address, "p_paddr: means nothing here");
        number(8, size, "p_filesz: bytes in the file");
        number(8, memory, "p_memsz: bytes in memory, those beyond the file's are zero");
        number(8, type == LOAD ? PAGE : 16, "p_align");
    }

    private void number(int size, long value, String note) {
        field(ByteString.number(size, value), note);
    }

    private void field(ByteString bytes, String note) {
        if (bytes.size() > 0) {
            lines.add(new Placed(next, bytes, new Line(new Data(bytes), note)));
            next += bytes.size();
        }
    }

    private static int size(List<Placed> lines) {
        return lines.stream().mapToInt(line -> line.bytes().size()).sum();
    }

    private static long aligned(long address) {
        return address + 7 & -8;
    }
}
