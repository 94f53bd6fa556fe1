package dev.routefix.lab.source;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;

/** Java source files as the compiler's parser sees them. Every module's ArchitectureTest asks them what a class file does not tell. */
public final class Sources {
    private final List<CompilationUnitTree> files;
    private final SourcePositions positions;

    private Sources(List<CompilationUnitTree> files, SourcePositions positions) {
        this.files = files;
        this.positions = positions;
    }

    /**
     * Those below the directories.
     *
     * @throws IllegalArgumentException if one of the directories has none: a rule about nothing would hold whatever happens
     */
    public static Sources below(Path... directories) {
        var paths = Stream.of(directories).flatMap(Sources::javaFiles).toList();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            var task = (JavacTask)
                    compiler.getTask(null, manager, null, List.of(), null, manager.getJavaFileObjectsFromPaths(paths));
            var files = StreamSupport.stream(task.parse().spliterator(), false)
                    .<CompilationUnitTree>map(file -> file)
                    .toList();
            return new Sources(files, Trees.instance(task).getSourcePositions());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> javaFiles(Path directory) {
        try (var files = Files.walk(directory)) {
            var java = files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
            if (java.isEmpty()) {
                throw new IllegalArgumentException("no Java source below " + directory.toAbsolutePath());
            }
            return java.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Files of more than 400 lines and methods of more than 60, whichever class they are in: a nested, a local or an anonymous one. A method's lines are
     * those from its first annotation or modifier to its last brace.
     */
    public List<String> tooLong() {
        var lengths = new Lengths(positions);
        lengths.scan(files, null);
        return lengths.tooLong();
    }

    /**
     * Simple names that several classes have, each with the full names of these. A top-level class counts, and a nested one that every package may
     * use.
     */
    public SortedMap<String, List<String>> sharedNames() {
        var names = new TreeMap<String, List<String>>();
        for (var file : files) {
            for (var type : file.getTypeDecls()) {
                if (type instanceof ClassTree top) {
                    gather(top, file.getPackageName() + "." + top.getSimpleName(), isPublic(top), names);
                }
            }
        }
        names.values().removeIf(classes -> classes.size() < 2);
        return names;
    }

    private static void gather(ClassTree type, String name, boolean isPublic, Map<String, List<String>> names) {
        names.computeIfAbsent(type.getSimpleName().toString(), _ -> new ArrayList<>())
                .add(name);
        for (var member : type.getMembers()) {
            if (isPublic
                    && member instanceof ClassTree nested
                    && (isPublic(nested) || type.getKind() == Kind.INTERFACE)) {
                gather(nested, name + "." + nested.getSimpleName(), true, names);
            }
        }
    }

    private static boolean isPublic(ClassTree type) {
        return type.getModifiers().getFlags().contains(Modifier.PUBLIC);
    }
}
