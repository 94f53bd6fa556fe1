package dev.routefix.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.nio.file.Path;

/**
 * A copy of Jackson's module whose parsers start without {@code BigDecimal}. As published, the class they all extend makes four constants of
 * it, the bounds of {@code int} and {@code long}. Java 25 computes 5^65536 when it makes {@code BigDecimal} ready: 10 ms of processor time,
 * a fifth of what a JVM takes that is started for one CNI call. In the copy the four stay null. Only a parser that is asked to narrow a number
 * with a fraction to a whole one reads them; ours is asked for the text of numbers.
 */
final class JacksonModule {
    /** The superclass of all parsers. */
    static final String PARSER = "com/fasterxml/jackson/core/base/ParserMinimalBase.class";

    private static final String DECIMAL = "java/math/BigDecimal";
    private static final int CONSTANTS = 4;

    private JacksonModule() {}

    /**
     * Writes the copy to {@code lazy}.
     *
     * @throws IllegalStateException if this Jackson makes its constants in another way
     */
    static void write(Path published, Path lazy) throws IOException {
        try (var copy = new JarCopy(published, lazy)) {
            for (String name : copy.names()) {
                byte[] content = copy.published(name);
                copy.add(name, name.equals(PARSER) ? withoutDecimals(content) : content);
            }
        }
    }

    private static byte[] withoutDecimals(byte[] parser) {
        ClassFile classFile = ClassFile.of();
        var omission = new Omission();
        byte[] without = classFile.transformClass(
                classFile.parse(parser),
                ClassTransform.transformingMethodBodies(
                        method -> method.methodName().equalsString("<clinit>"), omission));
        if (omission.omitted != CONSTANTS) {
            throw new IllegalStateException("Jackson's parsers make " + omission.omitted
                    + " constants of BigDecimal, not " + CONSTANTS + ": see whether they still need them");
        }
        return without;
    }

    /** Leaves out what javac makes of {@code static final BigDecimal X = new BigDecimal(...)}: from {@code new} to {@code putstatic}. */
    private static final class Omission implements CodeTransform {
        private boolean inside;
        private int omitted;

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof NewObjectInstruction made
                    && made.className().asInternalName().equals(DECIMAL)) {
                inside = true;
            }
            if (!inside) {
                code.with(element);
            } else if (element instanceof FieldInstruction field && field.opcode() == Opcode.PUTSTATIC) {
                inside = false;
                omitted++;
            }
        }
    }
}
