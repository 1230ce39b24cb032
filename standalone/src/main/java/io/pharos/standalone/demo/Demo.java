package io.pharos.standalone.demo;

import io.pharos.standalone.Options;

import software.amazon.awssdk.core.exception.SdkException;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.Properties;

/// Plays the story against a running Pharos and says what happened. Every name it makes carries a
/// suffix of its own, so that it can be played again and again.
public final class Demo {
    private Demo() {}

    /// @return 0 when every step held, else 1: the exit status of `./pharos demo`
    public static int play(Options options, PrintStream out) {
        try {
            var key = new Properties();
            try (var in = Files.newBufferedReader(options.data().resolve("root-key.properties"))) {
                key.load(in);
            }
            var clients =
                    new Clients(
                            URI.create(options.endpoint()),
                            key.getProperty("accessKeyId"),
                            key.getProperty("secretAccessKey"));
            new Story(clients, options.endpoint(), new Narrator(out)).play();
            out.println("\nThe story held.");
            return 0;
        } catch (IOException e) {
            out.println("pharos: No Pharos has run on " + options.data() + "; ./pharos up first.");
        } catch (SdkException | StoryFailed e) {
            out.println("\npharos: The story broke: " + e.getMessage());
        }
        return 1;
    }

    /// A step whose outcome is not the promised one.
    static final class StoryFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoryFailed(String message) {
            super(message, null, false, false);
        }
    }
}
