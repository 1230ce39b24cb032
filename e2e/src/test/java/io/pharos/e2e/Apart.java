package io.pharos.e2e;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;

import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.PostgresServer;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The five services as separate processes, with Kafka, PostgreSQL and a mailbox beside them: what
/// the compose file and the chart run.
final class Apart implements Pharos {
    private static final String KEY = "AKIAAPARTAPARTAPART2";
    private static final String SECRET = "apart-secret-access-key";
    private static final Map<String, String> OWNERS = owners();

    private final Path logs;
    private final PostgresServer postgres = PostgresServer.temporary();
    private final KafkaServer kafka = KafkaServer.temporary();
    private final GreenMail mailbox =
            new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Map<String, JavaProcess> processes = new LinkedHashMap<>();

    Apart(Path logs) {
        this.logs = logs;
        mailbox.start();
        OWNERS.keySet().forEach(service -> ports.put(service, JavaProcess.freePort()));
        start();
    }

    private static Map<String, String> owners() {
        var owners = new LinkedHashMap<String, String>();
        owners.put("metrics-service", "METRICS");
        owners.put("logs-service", "LOGS");
        owners.put("alarm-service", "ALARMS");
        owners.put("events-service", "EVENTS");
        owners.put("ingest-service", "INGEST");
        return owners;
    }

    private void start() {
        for (var service : OWNERS.keySet()) {
            processes.put(
                    service,
                    JavaProcess.start(
                            service,
                            List.of(),
                            environment(service),
                            logs.resolve(service + ".log")));
        }
        processes.forEach((service, process) -> process.awaitReady(address(service)));
    }

    private Map<String, String> environment(String service) {
        var environment = new HashMap<String, String>();
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", String.valueOf(ports.get(service)));
        environment.put("PHAROS_DATABASE_URL", postgres.jdbcUrl());
        environment.put("PHAROS_DATABASE_USERNAME", PostgresServer.USER);
        environment.put("PHAROS_DATABASE_PASSWORD", PostgresServer.USER);
        environment.put("PHAROS_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        environment.put("PHAROS_INTERNAL_SECRET", "one secret for five services");
        environment.put("PHAROS_ACCESS_KEY_ID", KEY);
        environment.put("PHAROS_SECRET_ACCESS_KEY", SECRET);
        environment.put("PHAROS_PUBLIC_URL", endpoint().toString());
        environment.put("PHAROS_SMTP_HOST", "127.0.0.1");
        environment.put("PHAROS_SMTP_PORT", String.valueOf(mailbox.getSmtp().getPort()));
        OWNERS.forEach((owner, name) ->
                environment.put("PHAROS_OWNER_" + name, address(owner).toString()));
        return environment;
    }

    private URI address(String service) {
        return URI.create("http://127.0.0.1:" + ports.get(service));
    }

    @Override
    public URI endpoint() {
        return address("ingest-service");
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
        return kafka.bootstrapServers();
    }

    @Override
    public List<Mail> mails() {
        return Arrays.stream(mailbox.getReceivedMessages()).map(Apart::mail).toList();
    }

    private static Mail mail(MimeMessage message) {
        try {
            return new Mail(
                    message.getAllRecipients()[0].toString(),
                    String.valueOf(message.getSubject()),
                    message.getContent().toString().replace("\r\n", "\n"));
        } catch (MessagingException | IOException e) {
            throw new IllegalStateException("a mail can not be read", e);
        }
    }

    @Override
    public void killAndRestart() {
        Exercised.tell(this);
        processes.values().forEach(JavaProcess::kill);
        start();
    }

    @Override
    public void close() {
        Exercised.tell(this);
        processes.values().forEach(JavaProcess::stop);
        mailbox.stop();
        kafka.close();
        postgres.close();
    }
}
