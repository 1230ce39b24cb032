package io.pharos.wire;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Random;

/// Shapes of the SDK filled with random values, the same for the same seed.
final class RandomShapes {
    private static final int MAX_DEPTH = 4;
    private static final String[] TEXTS = {
        "web-01",
        "",
        "a b+c&d=e%f",
        "<tag attr=\"x\">&amp;</tag>",
        "zürich – 東京 🚀",
        "line\nbreak\ttab",
        "NaN",
        "0"
    };

    private final Random random;

    RandomShapes(long seed) {
        this.random = new Random(seed);
    }

    /// Fills about two thirds of the members, and builds.
    SdkPojo fill(SdkPojo builder) {
        fill(builder, 0);
        return Shape.build(builder);
    }

    private void fill(SdkPojo builder, int depth) {
        var shape = Shape.of(builder);
        if (shape.isUnion()) {
            var member = shape.members().get(random.nextInt(shape.members().size()));
            member.set(builder, value(member.name(), member.type(), depth));
            return;
        }
        var set = 0;
        for (var member : shape.members()) {
            if (member.isInventedWhenUnset() || isUsedForEndpoints(member.name())) {
                member.set(builder, "arn:aws:kinesis:us-east-1:123456789012:stream/web");
            } else if (!member.name().equals("EndpointId") // part of a host name
                    && random.nextInt(3) > 0
                    && (depth < MAX_DEPTH || isScalar(member.type()))) {
                member.set(builder, value(member.name(), member.type(), depth));
                set++;
            }
        }
        if (set == 0 && depth > 0) { // an empty structure is nothing in Query
            var member = shape.members().getFirst();
            member.set(builder, value(member.name(), member.type(), depth));
        }
    }

    /// Members the SDK puts into host names.
    private static boolean isUsedForEndpoints(String name) {
        return name.equals("StreamARN") || name.equals("ConsumerARN") || name.equals("ResourceARN");
    }

    private static boolean isScalar(ValueType type) {
        return switch (type.kind()) {
            case SDK_POJO, LIST, MAP, DOCUMENT -> false;
            default -> true;
        };
    }

    private Object value(String name, ValueType type, int depth) {
        return switch (type.kind()) {
            case STRING -> TEXTS[random.nextInt(TEXTS.length)];
            case INTEGER -> random.nextInt();
            case LONG -> random.nextLong();
            case SHORT -> (short) random.nextInt();
            case BYTE -> (byte) random.nextInt();
            case DOUBLE -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            case FLOAT -> (float) random.nextGaussian();
            case BIG_DECIMAL -> BigDecimal.valueOf(random.nextInt(), 3);
            case BOOLEAN -> random.nextBoolean();
            case INSTANT -> Instant.ofEpochMilli(random.nextLong(1, 4_000_000_000_000L));
            case SDK_BYTES -> bytes();
            case SDK_POJO -> {
                var builder = type.newStructure();
                fill(builder, depth + 1);
                yield Shape.build(builder);
            }
            case LIST -> {
                var items = new ArrayList<>();
                for (var i = random.nextInt(3); i > 0; i--) {
                    items.add(value(name, type.element(), depth + 1));
                }
                yield items;
            }
            case MAP -> {
                var entries = new LinkedHashMap<String, Object>();
                for (var i = random.nextInt(1, 3); i > 0; i--) {
                    entries.put("key " + i, value(name, type.element(), depth + 1));
                }
                yield entries;
            }
            case DOCUMENT, NULL -> throw new IllegalStateException("none of our services has it");
        };
    }

    private SdkBytes bytes() {
        var bytes = new byte[random.nextInt(1, 40)];
        random.nextBytes(bytes);
        return SdkBytes.fromByteArray(bytes);
    }
}
