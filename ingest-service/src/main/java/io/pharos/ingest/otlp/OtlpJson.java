package io.pharos.ingest.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;

import java.nio.charset.StandardCharsets;

/// OTLP's answers in JSON.
public final class OtlpJson {
    private OtlpJson() {}

    public static byte[] write(MessageOrBuilder answer) {
        try {
            return JsonFormat.printer()
                    .omittingInsignificantWhitespace()
                    .print(answer)
                    .getBytes(StandardCharsets.UTF_8);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
