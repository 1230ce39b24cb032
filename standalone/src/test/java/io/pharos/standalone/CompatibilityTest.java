package io.pharos.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.stream.Collectors.joining;

import io.pharos.wire.AwsOperation;
import io.pharos.wire.AwsService;
import io.pharos.wire.OperationRegistry;

import jakarta.inject.Singleton;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.SdkClient;

import sun.reflect.ReflectionFactory;

import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `docs/compatibility.md` says what the services serve: it is made of the registry that answers
/// calls, and of notes kept by hand about what an operation lacks.
final class CompatibilityTest {
    private static final Path DOCS = Path.of("..", "docs").toAbsolutePath().normalize();
    private static final Path PAGE = DOCS.resolve("compatibility.md");
    private static final String MARK = "META-INF/microprofile-config.properties";

    private final OperationRegistry registry;
    private final Map<String, String> notes;
    private final Set<String> exercised;

    CompatibilityTest() throws Exception {
        registry = OperationRegistry.of(apis());
        exercised = Set.copyOf(Files.readAllLines(DOCS.resolve("compatibility-e2e.txt")));
        var properties = new Properties();
        properties.load(
                new StringReader(Files.readString(DOCS.resolve("compatibility-notes.properties"))));
        notes =
                properties.stringPropertyNames().stream()
                        .collect(Collectors.toMap(Function.identity(), properties::getProperty));
    }

    @Test
    void the_page_says_what_is_served() throws IOException {
        var page = page();
        if (Boolean.getBoolean("regenerate")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as(
                        "docs/compatibility.md; to make it anew: mvn -Dquick -pl standalone -am test"
                                + " -Dtest=CompatibilityTest -Dsurefire.failIfNoSpecifiedTests=false"
                                + " -Dregenerate=true")
                .isEqualTo(page);
    }

    @Test
    void notes_are_about_operations_that_are_served() {
        var served = registry.served().stream().map(o -> key(o.model())).toList();
        assertThat(new TreeSet<>(notes.keySet())).isSubsetOf(new TreeSet<>(served));
    }

    @Test
    void every_service_is_served_in_part_at_least() {
        assertThat(registry.served())
                .extracting(o -> o.model().service())
                .contains(AwsService.values());
    }

    private String page() {
        var text = new StringBuilder();
        text.append(
                """
                # What works

                Every operation of the services that Pharos speaks. *Works*: it is served, and nothing is known to be missing that is not
                told in the service's README. *Partly*: what is said is missing. A ● says that a real client (CLI, SDK, Terraform …) called it from
                outside with success in the last whole run of `e2e`; the others are tested in their service. Whatever is not in a
                table is refused as an unknown operation. This page is made by `CompatibilityTest` from what the services serve,
                `compatibility-notes.properties` and `compatibility-e2e.txt`; do not edit it.

                | service | works | partly | refused |
                |---|---:|---:|---:|
                """);
        for (var service : AwsService.values()) {
            var served = served(service);
            var partly = served.stream().filter(o -> notes.containsKey(key(o))).count();
            text.append(
                    "| [%1$s](#%1$s) | %2$d | %3$d | %4$d |\n"
                            .formatted(
                                    name(service),
                                    served.size() - partly,
                                    partly,
                                    refused(service).size()));
        }
        for (var service : AwsService.values()) {
            text.append(
                    "\n## %s\n\n| operation | | e2e | |\n|---|---|---|---|\n"
                            .formatted(name(service)));
            for (var operation : served(service)) {
                var note = notes.get(key(operation));
                text.append(
                        "| %s | %s | %s | %s |\n"
                                .formatted(
                                        operation.name(),
                                        note == null ? "works" : "partly",
                                        calledFromOutside(operation) ? "●" : "",
                                        note == null ? "" : note));
            }
            text.append("\n**Refused**: ")
                    .append(
                            refused(service).stream()
                                    .map(AwsOperation::name)
                                    .collect(joining(", ")))
                    .append(".\n");
        }
        return text.toString();
    }

    private boolean calledFromOutside(AwsOperation operation) {
        return exercised.contains(operation.service().signingName() + "." + operation.name());
    }

    private List<AwsOperation> served(AwsService service) {
        return registry.served().stream()
                .map(o -> o.model())
                .filter(o -> o.service() == service)
                .toList();
    }

    private List<AwsOperation> refused(AwsService service) {
        return registry.notServed().stream().filter(o -> o.service() == service).toList();
    }

    private static String name(AwsService service) {
        return service.name().toLowerCase(Locale.ROOT);
    }

    private static String key(AwsOperation operation) {
        return name(operation.service()) + "." + operation.name();
    }

    /// An object of every API class on the class path. The registry looks at classes only, so no
    /// constructor needs to run.
    private static List<SdkClient> apis() throws Exception {
        var found = new ArrayList<SdkClient>();
        var loader = CompatibilityTest.class.getClassLoader();
        for (var mark : Collections.list(loader.getResources(MARK))) {
            var uri = mark.toURI();
            if (uri.getScheme().equals("jar")) {
                try (var jar = FileSystems.newFileSystem(uri, Map.of())) {
                    collect(jar.getPath("/"), loader, found);
                }
            } else {
                collect(Path.of(root(uri)), loader, found);
            }
        }
        return found;
    }

    private static URI root(URI mark) {
        var text = mark.toString();
        return URI.create(text.substring(0, text.length() - MARK.length()));
    }

    private static void collect(Path root, ClassLoader loader, List<SdkClient> found)
            throws Exception {
        if (Files.notExists(root.resolve("io/pharos"))) {
            return;
        }
        List<String> names;
        try (Stream<Path> files = Files.walk(root.resolve("io/pharos"))) {
            names =
                    files.map(file -> root.relativize(file).toString())
                            .filter(file -> file.endsWith("Api.class"))
                            .map(file -> file.replace('/', '.').replaceAll("\\.class$", ""))
                            .toList();
        }
        for (var name : names) {
            var type = Class.forName(name, false, loader);
            if (SdkClient.class.isAssignableFrom(type)
                    && !Modifier.isAbstract(type.getModifiers())
                    && type.isAnnotationPresent(Singleton.class)) {
                found.add((SdkClient) unconstructed(type));
            }
        }
    }

    private static Object unconstructed(Class<?> type) throws Exception {
        var nothing = Object.class.getDeclaredConstructor();
        return ReflectionFactory.getReflectionFactory()
                .newConstructorForSerialization(type, nothing)
                .newInstance();
    }
}
