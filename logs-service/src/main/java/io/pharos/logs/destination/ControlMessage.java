package io.pharos.logs.destination;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/// The probe that AWS sends when a filter is created; subscribers skip it.
public final class ControlMessage {
    private ControlMessage() {}

    /// @param service how the probe names its receiver: `Kinesis`, `Firehose`
    public static byte[] of(String service, long nowMs) {
        var text =
                """
                {"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"",\
                "subscriptionFilters":[],"logEvents":[{"id":"","timestamp":%d,\
                "message":"CWL CONTROL MESSAGE: Checking health of destination %s."}]}\
                """
                        .formatted(nowMs, service);
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
