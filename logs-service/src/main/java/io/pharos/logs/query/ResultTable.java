package io.pharos.logs.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What a query found: values by row, as clients see them.
///
/// @param rows null: a row has no such field
public record ResultTable(List<String> columns, List<List<@Nullable String>> rows) {
    public static final ResultTable EMPTY = new ResultTable(List.of(), List.of());

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<List<@Nullable String>>> TABLE =
            new TypeReference<>() {};
    private static final int LEVEL = 1;
    private static final int MAX_BYTES = 1 << 30;

    /// Compressed, to be stored.
    public byte[] encode() {
        try {
            var all = new ArrayList<List<@Nullable String>>();
            all.add(new ArrayList<>(columns));
            all.addAll(rows);
            var json = JSON.writeValueAsBytes(all);
            var frame = Zstd.compress(json, LEVEL);
            return ByteBuffer.allocate(Integer.BYTES + frame.length)
                    .putInt(json.length)
                    .put(frame)
                    .array();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// @throws IllegalArgumentException when it is not what [#encode()] made
    public static ResultTable decode(byte[] stored) {
        try {
            var in = ByteBuffer.wrap(stored);
            var length = in.getInt();
            if (length < 0 || length > MAX_BYTES) {
                throw new IllegalArgumentException("damaged results");
            }
            var frame = new byte[in.remaining()];
            in.get(frame);
            var all = JSON.readValue(Zstd.decompress(frame, length), TABLE);
            var columns = new ArrayList<String>();
            for (var column : all.getFirst()) {
                columns.add(String.valueOf(column));
            }
            return new ResultTable(columns, all.subList(1, all.size()));
        } catch (IOException | RuntimeException damaged) {
            throw new IllegalArgumentException("damaged results", damaged);
        }
    }
}
