import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Formats every Java source of the project, or checks that it is formatted: `check <root>` or
/// `apply <root>`. A program of its own because the formatter parses with the JVM's own compiler, and
/// Maven may run on an older JDK than the sources are written for.
void main(String[] args) throws Exception {
    var apply = args[0].equals("apply");
    var style = JavaFormatterOptions.Style.AOSP;
    var options = JavaFormatterOptions.builder().style(style).formatJavadoc(false).build();
    var unformatted = new ConcurrentLinkedQueue<Path>();
    try (var tree = Files.walk(Path.of(args[1]))) {
        var sources = tree.filter(this::isSource).toList();
        sources.parallelStream()
                .forEach(source -> {
                    try {
                        var before = Files.readString(source);
                        var tidy = RemoveUnusedImports.removeUnusedImports(before);
                        var ordered = ImportOrderer.reorderImports(tidy, style);
                        var after = new Formatter(options).formatSource(ordered);
                        if (!after.equals(before)) {
                            unformatted.add(source);
                            if (apply) {
                                Files.writeString(source, after);
                            }
                        }
                    } catch (Exception e) {
                        throw new IllegalStateException(source + ": " + e.getMessage(), e);
                    }
                });
    }
    unformatted.forEach(source -> IO.println((apply ? "formatted " : "not formatted: ") + source));
    if (!apply && !unformatted.isEmpty()) {
        IO.println("run: mvn -N validate -Dformat=apply");
        System.exit(1);
    }
}

boolean isSource(Path path) {
    var name = path.toString();
    return name.endsWith(".java")
            && !name.contains("/target/generated-")
            && !name.contains("/node_modules/");
}
