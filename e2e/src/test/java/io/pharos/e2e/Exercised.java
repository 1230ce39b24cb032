package io.pharos.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Which operations answered a client with success, as the front door counted them. Told by every
/// Pharos before it ends, in a file of its own under `target/exercised`.
public final class Exercised {
    public static final Path DIRECTORY = Path.of("target", "exercised");

    /// Present when a suite was skipped; says why.
    public static final String INCOMPLETE = "incomplete";

    private static final Pattern CALLS = Pattern.compile("pharos_calls_total\\{(.*)}.*");

    private Exercised() {}

    static void tell(Pharos pharos) {
        try (var http = HttpClient.newHttpClient()) {
            var uri = pharos.endpoint().resolve("/q/metrics");
            var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            var operations = new TreeSet<String>();
            answer.body().lines().forEach(line -> add(line, operations));
            Files.createDirectories(DIRECTORY);
            Files.write(Files.createTempFile(DIRECTORY, "pharos", ".txt"), operations);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Some suite could not run here: what was called is less than it should be.
    static void incomplete(String why) {
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(DIRECTORY.resolve(INCOMPLETE), why);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(String line, TreeSet<String> operations) {
        var call = CALLS.matcher(line);
        if (call.matches() && label(call.group(1), "status").equals("2xx")) {
            operations.add(
                    label(call.group(1), "service") + "." + label(call.group(1), "operation"));
        }
    }

    private static String label(String labels, String name) {
        var found = Pattern.compile("\\b" + name + "=\"([^\"]*)\"").matcher(labels);
        return found.find() ? found.group(1) : "";
    }
}
