package io.pharos.standalone;

import io.pharos.standalone.Options.Part;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.PostgresServer;
import io.quarkus.runtime.Application;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.LogManager;

/// What the services stand on, embedded: PostgreSQL, Kafka, an object store on a directory and a
/// mailbox. Started side by side, stopped in reverse; the data directory outlives them.
final class Parts implements AutoCloseable {
    private static final Duration SERVICES_STOP_LIMIT = Duration.ofSeconds(15);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Options options;
    private final RootKey rootKey;
    private @Nullable Mailbox mailbox;

    private Parts(Options options, RootKey rootKey) {
        this.options = options;
        this.rootKey = rootKey;
    }

    /// @throws StartException when one does not start; what had started is stopped again
    static Parts start(Options options, Progress progress) {
        try {
            var parts = new Parts(options, RootKey.of(options.data(), System.getenv()));
            // A signal ends the process as soon as its hooks are done, and PostgreSQL is another
            // one.
            Runtime.getRuntime().addShutdownHook(new Thread(parts::closeAfterServices, "parts"));
            parts.startAll(progress);
            return parts;
        } catch (StartException e) {
            throw e;
        } catch (Exception e) {
            throw new StartException(String.valueOf(e.getMessage()));
        }
    }

    private void startAll(Progress progress) throws InterruptedException {
        // Logging is set up by one thread: two that meet in it for the first time wait for each
        // other
        // for ever (one holds the manager's lock, the other the initialization of a class).
        LogManager.getLogManager();
        var data = options.data();
        // Threads of the system: on two cores there are two carriers, and virtual threads that wait
        // for each
        // other's classes to be initialized keep them.
        var platform = Thread.ofPlatform().name("start-", 0).factory();
        try (var threads = Executors.newThreadPerTaskExecutor(platform)) {
            var postgres =
                    threads.submit(
                            named(
                                    "PostgreSQL",
                                    progress,
                                    () ->
                                            PostgresServer.on(
                                                    data.resolve("postgres"),
                                                    options.port(Part.POSTGRES))));
            var kafka =
                    threads.submit(
                            named(
                                    "Kafka",
                                    progress,
                                    () ->
                                            KafkaServer.on(
                                                    data.resolve("kafka"),
                                                    options.port(Part.KAFKA))));
            var store =
                    threads.submit(
                            named(
                                    "object store",
                                    progress,
                                    () ->
                                            ObjectStore.start(
                                                    data.resolve("objects"),
                                                    options.port(Part.OBJECT_STORE),
                                                    rootKey)));
            var mail =
                    threads.submit(
                            named(
                                    "mailbox",
                                    progress,
                                    () -> Mailbox.start(options.port(Part.SMTP))));
            var failure = new StartException[1];
            var database = await(postgres, failure);
            await(kafka, failure);
            await(store, failure);
            mailbox = await(mail, failure);
            if (failure[0] != null || database == null) {
                close();
                throw failure[0] == null
                        ? new StartException("PostgreSQL did not start.")
                        : failure[0];
            }
            configure(database);
        }
    }

    private static <T> Callable<T> named(String name, Progress progress, Callable<T> start) {
        return () -> {
            try {
                var part = start.call();
                progress.step(name);
                return part;
            } catch (Exception e) {
                throw new StartException(name + " did not start: " + causes(e));
            }
        };
    }

    private static String causes(Throwable failure) {
        var told = new StringJoiner("; ");
        var depth = 0;
        for (var cause = failure; cause != null && depth < 5; cause = cause.getCause()) {
            told.add(String.valueOf(cause.getMessage()));
            depth++;
        }
        return told.toString();
    }

    private <T extends AutoCloseable> @Nullable T await(
            Future<T> starting, @Nullable StartException[] failure) throws InterruptedException {
        try {
            var part = starting.get();
            started.push(part);
            return part;
        } catch (ExecutionException e) {
            failure[0] =
                    new StartException(
                            String.valueOf(
                                    java.util.Objects.requireNonNullElse(e.getCause(), e)
                                            .getMessage()));
            return null;
        }
    }

    /// Tells the services, which read their configuration next, where everything is.
    private void configure(PostgresServer database) {
        var settings = new Properties();
        settings.setProperty("quarkus.http.port", String.valueOf(options.port()));
        settings.setProperty("pharos.public-url", options.endpoint());
        settings.setProperty("pharos.database.url", database.jdbcUrl());
        settings.setProperty("pharos.database.username", PostgresServer.USER);
        settings.setProperty("pharos.database.password", "");
        settings.setProperty(
                "pharos.kafka.bootstrap-servers", "127.0.0.1:" + options.port(Part.KAFKA));
        settings.setProperty(
                "pharos.backlog.directory", options.data().toAbsolutePath().toString());
        // One process a data directory.
        settings.setProperty("pharos.kafka.instance-id", "standalone");
        settings.setProperty("pharos.smtp.host", "127.0.0.1");
        settings.setProperty("pharos.smtp.port", String.valueOf(options.port(Part.SMTP)));
        settings.setProperty(
                "pharos.object-store.endpoint",
                "http://127.0.0.1:" + options.port(Part.OBJECT_STORE));
        settings.setProperty("pharos.object-store.access-key-id", rootKey.accessKeyId());
        settings.setProperty("pharos.object-store.secret-access-key", rootKey.secretAccessKey());
        settings.setProperty("pharos.internal.secret", rootKey.installationSecret());
        settings.setProperty("pharos.access-key-id", rootKey.accessKeyId());
        settings.setProperty("pharos.secret-access-key", rootKey.secretAccessKey());
        settings.setProperty("pharos.trust", String.valueOf(options.trust()));
        settings.stringPropertyNames()
                .forEach(name -> System.setProperty(name, settings.getProperty(name)));
    }

    Options options() {
        return options;
    }

    RootKey rootKey() {
        return rootKey;
    }

    Mailbox mailbox() {
        if (mailbox == null) {
            throw new IllegalStateException("the mailbox has not started");
        }
        return mailbox;
    }

    private void closeAfterServices() {
        var deadline = System.nanoTime() + SERVICES_STOP_LIMIT.toNanos();
        while (Application.currentApplication() != null && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        close();
    }

    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            var part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                System.err.println("pharos: a part did not stop cleanly: " + e);
            }
        }
    }
}
