package io.pharos.e2e;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// What is shipped beside the programs, and which settings these read.
final class DeployFiles {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final List<String> SERVICES =
            List.of(
                    "ingest-service",
                    "metrics-service",
                    "logs-service",
                    "alarm-service",
                    "events-service");

    private static final Pattern READ =
            Pattern.compile(
                    "(?:getValue|getOptionalValue|text)\\(\\s*(?:config,\\s*)?\"(pharos\\.[a-z0-9.-]+)\"");
    private static final Pattern DEFAULT =
            Pattern.compile("^(pharos\\.[a-z0-9.-]+)=", Pattern.MULTILINE);
    private static final Pattern OWNER = Pattern.compile("^ {4}([A-Z]+)[(,;]", Pattern.MULTILINE);

    private DeployFiles() {}

    /// The environment forms of every setting that a service has a default for or reads.
    static Set<String> settings() {
        var keys = new TreeSet<String>();
        for (var service : SERVICES) {
            keys.addAll(keys(ROOT.resolve(service)));
        }
        keys.addAll(keys(ROOT.resolve("libs/service-kit")));
        var owner = "libs/service-kit/src/main/java/io/pharos/kit/http/Owner.java";
        OWNER.matcher(read(ROOT.resolve(owner)))
                .results()
                .forEach(m -> keys.add("pharos.owner." + m.group(1)));
        return keys.stream()
                .map(key -> key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> keys(Path module) {
        try (var files = Files.walk(module.resolve("src/main"))) {
            var keys = new TreeSet<String>();
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var name = file.getFileName().toString();
                if (name.endsWith(".java")) {
                    READ.matcher(read(file)).results().forEach(m -> keys.add(m.group(1)));
                } else if (name.equals("microprofile-config.properties")) {
                    DEFAULT.matcher(read(file)).results().forEach(m -> keys.add(m.group(1)));
                }
            }
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Every document of a YAML text, anchors and merges resolved, empty ones left out.
    static List<Map<String, Object>> yaml(String text) {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        var documents = new Yaml(new SafeConstructor(options)).loadAll(text);
        var found = new ArrayList<Map<String, Object>>();
        StreamSupport.stream(documents.spliterator(), false)
                .filter(Map.class::isInstance)
                .forEach(document -> found.add(map(document)));
        return found;
    }

    /// What lies at a path of keys; a list's elements are reached by their index.
    static Object at(Object tree, Object... path) {
        var here = tree;
        for (var step : path) {
            var next =
                    here instanceof List<?> list ? list.get((Integer) step) : map(here).get(step);
            if (next == null) {
                throw new AssertionError("nothing at " + List.of(path) + " of " + tree);
            }
            here = next;
        }
        return here;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object tree) {
        return (Map<String, Object>) tree;
    }

    static Map<String, Object> mapAt(Object tree, Object... path) {
        return map(at(tree, path));
    }

    @SuppressWarnings("unchecked")
    static List<Object> listAt(Object tree, Object... path) {
        return (List<Object>) at(tree, path);
    }
}
