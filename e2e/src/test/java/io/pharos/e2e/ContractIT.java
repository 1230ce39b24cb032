package io.pharos.e2e;

import io.pharos.testkit.contract.AlarmContract;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The contracts that the API classes meet in process, met by the SDK for Java over HTTP.
class ContractIT implements AlarmContract {
    private static final long CLOCK_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    @TempDir static Path directory;

    private static Pharos pharos;
    private static CloudWatchClient client;

    @BeforeAll
    static void up() {
        pharos = new Standalone(directory.resolve("data"));
        client = Clients.of(pharos, CloudWatchClient.builder());
    }

    @AfterAll
    static void down() {
        client.close();
        pharos.close();
    }

    @Override
    public CloudWatchClient client() {
        return client;
    }

    @Override
    public String prefix() {
        return "contract-";
    }

    @Override
    public void pass() {
        LockSupport.parkNanos(CLOCK_STEP_NANOS);
    }
}
