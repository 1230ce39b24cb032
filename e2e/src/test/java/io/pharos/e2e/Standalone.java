package io.pharos.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Everything in one process, as `./pharos up` starts it.
final class Standalone implements Pharos {
    private static final String KEY = "AKIAE2EE2EE2EE2EE2E2";
    private static final String SECRET = "e2e-secret-access-key";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger STARTED = new AtomicInteger();

    private final Path data;
    private final Map<String, String> more;
    private final int port = freePorts();
    private JavaProcess process;

    Standalone(Path data) {
        this(data, Map.of());
    }

    /// @param more settings besides those of every test, as environment variables
    Standalone(Path data, Map<String, String> more) {
        this.data = data;
        this.more = more;
        this.process = start();
    }

    /// The endpoint's port; the five after it are taken by its parts.
    private static int freePorts() {
        // Below the ephemeral range, so that no outgoing connection takes one in between.
        return 20_000
                + (int) (ProcessHandle.current().pid() % 100) * 100
                + STARTED.getAndIncrement() % 10 * 10;
    }

    private JavaProcess start() {
        var started =
                JavaProcess.start(
                        "standalone",
                        List.of("up", "--data", data.toString(), "--port", String.valueOf(port)),
                        settings(),
                        data.resolveSibling(data.getFileName() + ".log"));
        started.awaitReady(endpoint());
        return started;
    }

    private Map<String, String> settings() {
        var outside = "http://127.0.0.1:" + outsidePort();
        var settings = new HashMap<>(more);
        settings.put("PHAROS_ACCESS_KEY_ID", KEY);
        settings.put("PHAROS_SECRET_ACCESS_KEY", SECRET);
        settings.put("PHAROS_ALARMS_LAMBDA_ENDPOINT", outside);
        settings.put("PHAROS_ALARMS_LAMBDA_ACCESS_KEY_ID", KEY);
        settings.put("PHAROS_ALARMS_LAMBDA_SECRET_ACCESS_KEY", SECRET);
        settings.put("PHAROS_ALARMS_ACTION_WEBHOOK", outside + "/actions");
        return settings;
    }

    /// Where a test may listen for what Pharos does outside: functions and the webhook of alarms.
    int outsidePort() {
        return port + 9;
    }

    @Override
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public String accessKeyId() {
        return KEY;
    }

    @Override
    public String secretAccessKey() {
        return SECRET;
    }

    @Override
    public String kafkaBootstrapServers() {
        return "127.0.0.1:" + (port + 1);
    }

    @Override
    public List<Mail> mails() {
        try (var in = endpoint().resolve("/_pharos/mailbox").toURL().openStream()) {
            var mails = new ArrayList<Mail>();
            for (var mail : JSON.readTree(in)) {
                mails.add(
                        new Mail(
                                mail.path("to").asText(),
                                mail.path("subject").asText(),
                                mail.path("text").asText()));
            }
            return mails;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void killAndRestart() {
        Exercised.tell(this);
        process.kill();
        process = start();
    }

    @Override
    public void close() {
        Exercised.tell(this);
        process.stop();
        if (Files.exists(data.resolve("pharos.pid"))) {
            throw new IllegalStateException("a stop left its pid file behind");
        }
    }
}
