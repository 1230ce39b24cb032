package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// restJson1: members live in the path, the query string, headers, the status, or the JSON body.
final class RestJson {
    private RestJson() {}

    /// @param body after content decoding
    /// @throws AwsError nothing else escapes
    static void decode(
            WireRequest request, byte[] body, Map<String, String> labels, SdkPojo builder) {
        var shape = Shape.of(builder);
        var payload = shape.payload();
        if (payload == null) {
            TokenDecoder.decode(body, Protocol.REST_JSON, builder);
        } else if (body.length > 0) {
            payload.set(builder, payload(body, payload.type()));
        }
        var query = QueryParameters.parse(request.rawQuery());
        for (var member : shape.members()) {
            var value =
                    switch (member.location()) {
                        case PATH, GREEDY_PATH -> text(labels.get(member.name()), member.type());
                        case QUERY_PARAM -> parameter(query, member);
                        case HEADER -> header(request.headers(), member);
                        case PAYLOAD, STATUS_CODE -> null;
                    };
            if (value != null) {
                member.set(builder, value);
            }
        }
    }

    private static Object payload(byte[] body, ValueType type) {
        return switch (type.kind()) {
            case SDK_BYTES -> SdkBytes.fromByteArrayUnsafe(body);
            case STRING -> new String(body, StandardCharsets.UTF_8);
            case SDK_POJO -> {
                var structure = type.newStructure();
                TokenDecoder.decode(body, Protocol.REST_JSON, structure);
                yield Shape.build(structure);
            }
            default -> throw Malformed.because("Unexpected field type");
        };
    }

    private static @Nullable Object text(@Nullable String text, ValueType type) {
        return text == null ? null : QueryDecoder.scalar(text, type);
    }

    private static @Nullable Object parameter(
            Map<String, List<String>> query, Shape.Member member) {
        if (member.type().kind() == MarshallingKnownType.MAP) {
            return parameters(query, member.type().element());
        }
        var values = query.get(member.name());
        return values == null ? null : single(values, member.type());
    }

    private static Map<String, Object> parameters(
            Map<String, List<String>> query, ValueType element) {
        var entries = new LinkedHashMap<String, Object>();
        query.forEach((name, values) -> entries.put(name, single(values, element)));
        return entries;
    }

    private static Object single(List<String> values, ValueType type) {
        if (type.kind() != MarshallingKnownType.LIST) {
            return QueryDecoder.scalar(values.getFirst(), type);
        }
        var items = new ArrayList<>();
        values.forEach(value -> items.add(QueryDecoder.scalar(value, type.element())));
        return items;
    }

    private static @Nullable Object header(Headers headers, Shape.Member member) {
        if (member.type().kind() == MarshallingKnownType.MAP) {
            return prefixed(headers, member.name());
        }
        var values = headers.all(member.name());
        if (values.isEmpty()) {
            return null;
        }
        return member.type().kind() == MarshallingKnownType.LIST
                ? single(List.of(String.join(",", values).split("\\s*,\\s*")), member.type())
                : QueryDecoder.scalar(values.getFirst(), member.type());
    }

    private static Map<String, Object> prefixed(Headers headers, String prefix) {
        var entries = new LinkedHashMap<String, Object>();
        var lower = prefix.toLowerCase(Locale.ROOT);
        headers.asMap()
                .forEach((name, values) -> {
                    if (name.startsWith(lower)) {
                        entries.put(name.substring(lower.length()), values.getFirst());
                    }
                });
        return entries;
    }

    /// @param headers get the members that live in headers
    static byte[] encode(SdkPojo response, Headers.Builder headers) {
        var shape = Shape.of(response);
        for (var member : shape.members()) {
            var value = member.get(response);
            if (value != null && member.location() == MarshallLocation.HEADER) {
                writeHeader(headers, member, value);
            }
        }
        var payload = shape.payload();
        if (payload == null) {
            return TokenEncoder.encode(response, TokenEncoder.Dialect.JSON);
        }
        return switch (payload.get(response)) {
            case SdkBytes bytes -> bytes.asByteArrayUnsafe();
            case String text -> SdkBytes.fromUtf8String(text).asByteArrayUnsafe();
            case SdkPojo structure -> TokenEncoder.encode(structure, TokenEncoder.Dialect.JSON);
            case null, default -> new byte[0];
        };
    }

    private static void writeHeader(Headers.Builder headers, Shape.Member member, Object value) {
        switch (value) {
            case Instant time -> headers.add(member.name(), AwsTime.rfc822(time));
            case Map<?, ?> entries ->
                    entries.forEach(
                            (name, text) -> headers.add(member.name() + name, text.toString()));
            case List<?> items ->
                    headers.add(
                            member.name(),
                            String.join(",", items.stream().map(Object::toString).toList()));
            default -> headers.add(member.name(), value.toString());
        }
    }

    /// The status the response asks for; 200 when its shape says nothing.
    static int status(SdkPojo response) {
        for (var member : Shape.of(response).members()) {
            if (member.location() == MarshallLocation.STATUS_CODE
                    && member.get(response) instanceof Integer status) {
                return status;
            }
        }
        return 200;
    }
}
