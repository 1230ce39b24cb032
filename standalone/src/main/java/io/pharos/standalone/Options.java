package io.pharos.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Where this Pharos keeps its data and which ports it takes. The endpoint's port is given; the parts
/// beside it follow in order, all on loopback.
///
/// @param trust accept any credentials; a 12-digit access key names the account
public record Options(Path data, int port, boolean trust) {
    private static final int DEFAULT_PORT = 4582;

    public Options {
        if (port < 1 || port + Part.values().length > 65_535) {
            throw new StartException("--port must be between 1 and 65530, not " + port + ".");
        }
    }

    /// What listens beside the endpoint, each one port further.
    public enum Part {
        ENDPOINT("the AWS endpoint"),
        KAFKA("Kafka"),
        POSTGRES("PostgreSQL"),
        SMTP("the mailbox (SMTP)"),
        OBJECT_STORE("the object store (S3)");

        private final String title;

        Part(String title) {
            this.title = title;
        }
    }

    /// @param arguments `[--data DIR] [--port N] [--trust]`
    /// @throws StartException for anything else
    static Options parse(List<String> arguments) {
        var data = Path.of("data");
        var port = DEFAULT_PORT;
        var trust = false;
        for (var rest = arguments.iterator(); rest.hasNext(); ) {
            switch (rest.next()) {
                case "--data" -> data = Path.of(value(rest, "--data"));
                case "--port" -> port = number(value(rest, "--port"));
                case "--trust" -> trust = true;
                case String other -> throw new StartException("Unknown option " + other + ".");
            }
        }
        return new Options(data.toAbsolutePath().normalize(), port, trust);
    }

    private static String value(java.util.Iterator<String> rest, String option) {
        if (!rest.hasNext()) {
            throw new StartException(option + " needs a value.");
        }
        return rest.next();
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new StartException("--port must be a number, not " + text + ".");
        }
    }

    public int port(Part part) {
        return port + part.ordinal();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    /// Fails with one clear line before anything is started.
    void check() {
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new StartException("The data directory " + data + " can not be created.");
        }
        if (!isWritable()) {
            throw new StartException("The data directory " + data + " is not writable.");
        }
        for (var part : Part.values()) {
            // PostgreSQL may have outlived a killed process: its own start deals with that.
            if (part != Part.POSTGRES && !isFree(port(part))) {
                throw new StartException(
                        "Port %d, for %s, is in use; choose another with --port."
                                .formatted(port(part), part.title));
            }
        }
    }

    /// Tried with a file: root may write where the file system may not.
    private boolean isWritable() {
        try {
            Files.delete(Files.createTempFile(data, ".writable", null));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
