package io.pharos.standalone;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;

/// Runs while Pharos is up: tells where it is, on the terminal and in a file that `./pharos env` and
/// `./pharos down` read, and removes the file on the way out.
public final class Running implements QuarkusApplication {
    static @Nullable Parts parts;
    static @Nullable Progress progress;

    @Override
    public int run(String... arguments) throws IOException {
        var up = java.util.Objects.requireNonNull(parts);
        var told = java.util.Objects.requireNonNull(progress);
        var file = up.options().data().resolve("pharos.pid");
        Files.writeString(file, ProcessHandle.current().pid() + "\n" + up.options().port() + "\n");
        told.say(welcome(up, told.seconds()));
        Quarkus.waitForExit();
        Files.deleteIfExists(file);
        return 0;
    }

    private static String welcome(Parts up, double seconds) {
        var options = up.options();
        return """

        Pharos is up after %.1f s at %s, data in %s.

        %s
        Kafka %s · PostgreSQL %s · mail %s/_pharos/mailbox
        Ctrl-C stops everything; nothing is lost.
        """
                .formatted(
                        seconds,
                        options.endpoint(),
                        options.data(),
                        environment(up),
                        "127.0.0.1:" + options.port(Options.Part.KAFKA),
                        "127.0.0.1:" + options.port(Options.Part.POSTGRES),
                        options.endpoint());
    }

    /// The lines to paste, the same that `./pharos env` prints.
    private static String environment(Parts up) {
        return """
        export AWS_ENDPOINT_URL=%s
        export AWS_ACCESS_KEY_ID=%s
        export AWS_SECRET_ACCESS_KEY=%s
        export AWS_DEFAULT_REGION=us-east-1
        """
                .formatted(
                        up.options().endpoint(),
                        up.rootKey().accessKeyId(),
                        up.rootKey().secretAccessKey());
    }
}
