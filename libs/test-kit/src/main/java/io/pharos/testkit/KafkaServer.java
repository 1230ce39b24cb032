package io.pharos.testkit;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/// A real Kafka broker and controller (KRaft, one node) in this process, on loopback. Sized for a
/// small machine; topics are never created by using them.
///
/// What it acknowledged survives `kill -9` of this process (it is in the page cache), not a power
/// cut: with one node there is no replica.
public final class KafkaServer implements AutoCloseable {
    private static final int NODE = 1;

    /// Largest record batch; a few MB above what the front door packs.
    private static final int MAX_MESSAGE_BYTES = 8 << 20;

    private final KafkaRaftServer server;
    private final Path directory;
    private final int port;
    private final boolean temporary;

    private KafkaServer(KafkaRaftServer server, Path directory, int port, boolean temporary) {
        this.server = server;
        this.directory = directory;
        this.port = port;
        this.temporary = temporary;
    }

    /// The broker that all tests of this JVM share; it ends with the JVM.
    public static KafkaServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final KafkaServer SERVER = temporary();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close, "kafka-close"));
        }
    }

    /// A broker for tests: nothing survives [#close()].
    public static KafkaServer temporary() {
        try {
            return start(Files.createTempDirectory("pharos-kafka"), 0, true);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Starts on `directory`, which it formats when new; later starts find everything again. The
    /// caller closes it.
    ///
    /// @param port 0 for any free one
    public static KafkaServer on(Path directory, int port) {
        return start(directory, port, false);
    }

    private static KafkaServer start(Path directory, int wantedPort, boolean temporary) {
        var port = wantedPort == 0 ? FreePort.find() : wantedPort;
        var config = settings(directory.toAbsolutePath(), port, FreePort.find());
        try {
            Files.createDirectories(directory);
            format(directory.toAbsolutePath());
        } catch (IOException failure) {
            throw new UncheckedIOException("Kafka can not use " + directory, failure);
        }
        var server = new KafkaRaftServer(KafkaConfig.fromProps(config, false), Time.SYSTEM);
        server.startup();
        return new KafkaServer(server, directory, port, temporary);
    }

    private static void format(Path directory) throws IOException {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try (var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(NODE)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName("CONTROLLER")
                    .setDirectories(List.of(directory.toString()))
                    .setMetadataLogDirectory(directory.toString())
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .run();
        } catch (IOException | RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IOException("Kafka's directory can not be formatted", failure);
        }
    }

    private static Properties settings(Path directory, int port, int controllerPort) {
        var settings = new Properties();
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("node.id", Integer.toString(NODE));
        settings.setProperty("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
        settings.setProperty(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.setProperty("controller.listener.names", "CONTROLLER");
        settings.setProperty("log.dirs", directory.toString());
        settings.setProperty("auto.create.topics.enable", "false");
        settings.setProperty("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        // One node: nothing to replicate, nobody to wait for.
        settings.setProperty("offsets.topic.replication.factor", "1");
        settings.setProperty("offsets.topic.num.partitions", "4");
        settings.setProperty("transaction.state.log.replication.factor", "1");
        settings.setProperty("transaction.state.log.min.isr", "1");
        settings.setProperty("share.coordinator.state.topic.replication.factor", "1");
        settings.setProperty("share.coordinator.state.topic.min.isr", "1");
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
        // Small machine: few threads, small preallocated files and buffers.
        settings.setProperty("num.network.threads", "2");
        settings.setProperty("num.io.threads", "4");
        settings.setProperty("num.recovery.threads.per.data.dir", "2");
        settings.setProperty("background.threads", "2");
        settings.setProperty("group.coordinator.threads", "1");
        settings.setProperty("share.coordinator.threads", "1");
        settings.setProperty("log.segment.bytes", Integer.toString(128 << 20));
        settings.setProperty("log.index.size.max.bytes", Integer.toString(1 << 20));
        settings.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        settings.setProperty("log.cleaner.io.buffer.size", Integer.toString(64 << 10));
        settings.setProperty("offsets.load.buffer.size", Integer.toString(1 << 20));
        // After kill -9 the controller keeps the broker's old incarnation for one session.
        settings.setProperty("broker.session.timeout.ms", "4000");
        settings.setProperty("broker.heartbeat.interval.ms", "1000");
        // Nobody else follows the controller's log: what is only there to be followed is rare.
        settings.setProperty("metadata.max.idle.interval.ms", "10000");
        return settings;
    }

    /// `127.0.0.1:<port>`.
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        if (temporary) {
            try {
                Directories.deleteTree(directory);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
