package io.pharos.e2e;

import io.pharos.e2e.clients.SigningProxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A Prometheus server that scrapes itself and writes to Pharos. Debian's build ignores the `sigv4` of
/// its configuration, so a sidecar signs, for the same service.
final class Prometheus implements AutoCloseable {
    private static final int TIME_LIMIT_SECONDS = 20;

    private final String address = "127.0.0.1:" + JavaProcess.freePort();
    private final SigningProxy signing;
    private final Process process;

    Prometheus(Path home, Pharos pharos) throws IOException {
        Files.createDirectories(home);
        signing =
                new SigningProxy(
                        pharos.endpoint(), "aps", pharos.accessKeyId(), pharos.secretAccessKey());
        var configuration =
                """
                global:
                  scrape_interval: 1s
                scrape_configs:
                  - job_name: self
                    static_configs:
                      - targets: ['%s']
                remote_write:
                  - url: %s
                    queue_config:
                      batch_send_deadline: 500ms
                """
                        .formatted(address, signing.address() + "/api/v1/write");
        var file = Files.writeString(home.resolve("prometheus.yml"), configuration);
        process =
                new ProcessBuilder(
                                List.of(
                                        "prometheus",
                                        "--config.file=" + file,
                                        "--storage.tsdb.path=" + home.resolve("data"),
                                        "--web.listen-address=" + address))
                        .redirectErrorStream(true)
                        .redirectOutput(home.resolve("prometheus.log").toFile())
                        .start();
    }

    /// Host and port, the label `instance` of what it scrapes from itself.
    String address() {
        return address;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        signing.close();
    }
}
