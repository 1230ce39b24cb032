package io.pharos.logs.insights.eval;

import io.pharos.logs.event.EventId;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;

/// What `@ptr` says: which event of which group.
public record EventPointer(long groupId, EventId id) {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + 4 * Long.BYTES + Integer.BYTES;

    /// @throws IllegalArgumentException when it is not what [#toString()] writes
    public static EventPointer parse(String text) {
        try {
            var in = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (in.remaining() != BYTES || in.get() != VERSION) {
                throw new IllegalArgumentException("not a pointer");
            }
            return new EventPointer(
                    in.getLong(),
                    new EventId(in.getLong(), in.getLong(), in.getLong(), in.getInt()));
        } catch (BufferUnderflowException notOurs) {
            throw new IllegalArgumentException("not a pointer", notOurs);
        }
    }

    @Override
    public String toString() {
        var bytes =
                ByteBuffer.allocate(BYTES)
                        .put(VERSION)
                        .putLong(groupId)
                        .putLong(id.timestampMs())
                        .putLong(id.ingestionMs())
                        .putLong(id.batch())
                        .putInt(id.index())
                        .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
