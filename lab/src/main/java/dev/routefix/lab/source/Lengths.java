package dev.routefix.lab.source;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Finds what is too long to be read at a sitting. It visits whole trees, so no method hides in a class inside of another. */
final class Lengths extends TreeScanner<Void, CompilationUnitTree> {
    private static final int LINES_OF_A_FILE = 400;
    private static final int LINES_OF_A_METHOD = 60;

    private final SourcePositions positions;
    private final List<String> tooLong = new ArrayList<>();

    Lengths(SourcePositions positions) {
        this.positions = positions;
    }

    List<String> tooLong() {
        return List.copyOf(tooLong);
    }

    @Override
    public Void visitCompilationUnit(CompilationUnitTree file, CompilationUnitTree nothing) {
        try {
            long lines =
                    file.getSourceFile().getCharContent(true).toString().lines().count();
            if (lines > LINES_OF_A_FILE) {
                tooLong.add(file.getSourceFile().getName() + ": " + lines + " lines");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return super.visitCompilationUnit(file, file);
    }

    @Override
    public Void visitMethod(MethodTree method, CompilationUnitTree file) {
        long first = file.getLineMap().getLineNumber(positions.getStartPosition(file, method));
        long last = file.getLineMap().getLineNumber(positions.getEndPosition(file, method));
        if (last - first >= LINES_OF_A_METHOD) {
            tooLong.add("%s:%d: %s has %d lines"
                    .formatted(file.getSourceFile().getName(), first, method.getName(), last - first + 1));
        }
        return super.visitMethod(method, file);
    }
}
