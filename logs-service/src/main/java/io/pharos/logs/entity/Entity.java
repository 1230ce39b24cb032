package io.pharos.logs.entity;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.stream.LogEntity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/// An entity as it is kept.
///
/// @param id a digest of the document: equal for equal entities
/// @param document a LogEntity, the same bytes for the same attributes
public record Entity(UUID id, byte[] document) {
    /// AWS: what the names of its fields start with in queries.
    public static final String PREFIX = "@entity.";

    /// Twice as much as the front door lets through.
    public static final int MAX_BYTES = 65_536;

    public static Entity of(LogEntity sent) {
        var document = new byte[sent.getSerializedSize()];
        var out = CodedOutputStream.newInstance(document);
        out.useDeterministicSerialization();
        try {
            sent.writeTo(out);
            var digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(document));
            return new Entity(new UUID(digest.getLong(), digest.getLong()), document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Its fields as queries name them, `@entity.KeyAttributes.Name`.
    ///
    /// @throws IllegalArgumentException when the document is none
    public static Map<String, String> fields(byte[] document) {
        try {
            var entity = LogEntity.parseFrom(document);
            var fields = new LinkedHashMap<String, String>();
            entity.getKeyAttributesMap()
                    .forEach((name, value) -> fields.put(PREFIX + "KeyAttributes." + name, value));
            entity.getAttributesMap()
                    .forEach((name, value) -> fields.put(PREFIX + "Attributes." + name, value));
            return Map.copyOf(fields);
        } catch (InvalidProtocolBufferException notOne) {
            throw new IllegalArgumentException("not an entity", notOne);
        }
    }
}
