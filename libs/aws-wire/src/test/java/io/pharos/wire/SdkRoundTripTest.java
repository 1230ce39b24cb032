package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import software.amazon.awssdk.core.SdkPojo;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;

/// Every operation of every service, through the SDK's own client: what it sends is what we read, and
/// what we answer is what it reads.
class SdkRoundTripTest {
    private static final int ROUNDS = 3;

    @ParameterizedTest
    @EnumSource(AwsService.class)
    void everyOperationComesAndGoesUnchanged(AwsService service) throws Exception {
        var received = new AtomicReference<Call>();
        var answer = new AtomicReference<SdkPojo>();
        var failures = new ArrayList<String>();
        try (var server =
                        new WireServer(call -> {
                            received.set(call);
                            return answer.get();
                        });
                var client = SdkClients.of(service, server.uri())) {
            for (var operation : AwsModel.all(service)) {
                for (var round = 0; round < ROUNDS && !operation.isStreaming(); round++) {
                    var shapes = new RandomShapes(operation.name().hashCode() + round);
                    var request = shapes.fill(operation.newRequest());
                    var builder = operation.responseType().getMethod("builder").invoke(null);
                    answer.set(shapes.fill((SdkPojo) builder));
                    try {
                        var response = operation.clientMethod().invoke(client, request);
                        check(failures, operation, "request", received.get().request(), request);
                        check(failures, operation, "response", response, answer.get());
                    } catch (InvocationTargetException e) {
                        failures.add(operation + " with " + request + ": " + e.getCause());
                    }
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    private static void check(
            ArrayList<String> failures,
            AwsOperation operation,
            String what,
            Object actual,
            SdkPojo expected) {
        if (!expected.equalsBySdkFields(actual)) {
            failures.add(operation + " " + what + "\n  is  " + actual + "\n  not " + expected);
        }
    }
}
