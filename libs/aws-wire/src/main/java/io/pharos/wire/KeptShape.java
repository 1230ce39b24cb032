package io.pharos.wire;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.SdkBuilder;

import java.nio.charset.StandardCharsets;

/// The SDK's shapes as text to keep in a column, whole: what is written is read back equal. Times are
/// kept to the millisecond. Nothing is hidden, so the text is as secret as the shape.
public final class KeptShape {
    private KeptShape() {}

    /// One JSON object, members under their wire names, unset members left out.
    public static String write(SdkPojo shape) {
        return new String(
                TokenEncoder.encode(shape, TokenEncoder.Dialect.of(Protocol.JSON_1_1)),
                StandardCharsets.UTF_8);
    }

    /// @param builder an empty builder of the shape that was written
    public static <T extends SdkPojo, B extends SdkPojo & SdkBuilder<B, T>> T read(
            String text, B builder) {
        TokenDecoder.decode(text.getBytes(StandardCharsets.UTF_8), Protocol.JSON_1_1, builder);
        return builder.build();
    }
}
