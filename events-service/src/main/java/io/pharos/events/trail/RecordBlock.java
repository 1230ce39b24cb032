package io.pharos.events.trail;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.CodedOutputStream;

import io.pharos.stream.ApiRecord;
import io.pharos.wire.Tenant;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/// API records of one tenant that are kept together.
///
/// @param terms see [Lookup.Attribute#term]: of all its records
/// @param bytes zstd of the records, each behind its length
public record RecordBlock(
        Tenant tenant, long firstMs, long lastMs, Set<String> terms, byte[] bytes) {
    /// Bounds what one lookup must open at a time.
    static final int MAX_RECORDS = 1_000;

    static final int MAX_BYTES = 1 << 20;

    /// From the first to the last of a block: who looks for a time need not look much further.
    public static final Duration MAX_SPAN = Duration.ofMinutes(10);

    /// Above [#MAX_BYTES] by the largest record there can be.
    private static final int MAX_OPENED_BYTES = 16 << 20;

    private static final int LEVEL = 1;

    /// As few blocks as the records fit into.
    public static List<RecordBlock> of(Collection<ApiRecord> records) {
        var open = new LinkedHashMap<Tenant, Builder>();
        var blocks = new ArrayList<RecordBlock>();
        for (var record : records) {
            var tenant = new Tenant(record.getAccount(), record.getRegion());
            var block = open.computeIfAbsent(tenant, Builder::new);
            if (!block.spans(record.getTimeMs())) {
                blocks.add(block.build());
                block = new Builder(tenant);
                open.put(tenant, block);
            }
            block.add(record);
            if (block.isFull()) {
                blocks.add(block.build());
                open.remove(tenant);
            }
        }
        open.values().forEach(block -> blocks.add(block.build()));
        return blocks;
    }

    /// What [#bytes] holds.
    ///
    /// @throws IllegalArgumentException when they are something else
    public static List<ApiRecord> open(byte[] bytes) {
        var size = Zstd.getFrameContentSize(bytes);
        if (size < 0 || size > MAX_OPENED_BYTES) {
            throw new IllegalArgumentException("not a block of api records: size " + size);
        }
        var in = new ByteArrayInputStream(Zstd.decompress(bytes, (int) size));
        var records = new ArrayList<ApiRecord>();
        try {
            while (in.available() > 0) {
                records.add(ApiRecord.parseDelimitedFrom(in));
            }
        } catch (IOException damaged) {
            throw new IllegalArgumentException("not a block of api records", damaged);
        }
        return records;
    }

    private static final class Builder {
        private final Tenant tenant;
        private final Set<String> terms = new HashSet<>();
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(4_096);
        private long firstMs = Long.MAX_VALUE;
        private long lastMs = Long.MIN_VALUE;
        private int count;

        Builder(Tenant tenant) {
            this.tenant = tenant;
        }

        void add(ApiRecord record) {
            var bytes = new byte[delimitedSize(record)];
            try {
                var writer = CodedOutputStream.newInstance(bytes);
                writer.writeUInt32NoTag(record.getSerializedSize());
                record.writeTo(writer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            out.writeBytes(bytes);
            Lookup.Attribute.of(record).forEach(attribute -> terms.add(attribute.term()));
            firstMs = Math.min(firstMs, record.getTimeMs());
            lastMs = Math.max(lastMs, record.getTimeMs());
            count++;
        }

        private static int delimitedSize(ApiRecord record) {
            var size = record.getSerializedSize();
            return CodedOutputStream.computeUInt32SizeNoTag(size) + size;
        }

        boolean spans(long timeMs) {
            return count == 0
                    || Math.max(lastMs, timeMs) - Math.min(firstMs, timeMs) <= MAX_SPAN.toMillis();
        }

        boolean isFull() {
            return count >= MAX_RECORDS || out.size() >= MAX_BYTES;
        }

        RecordBlock build() {
            return new RecordBlock(
                    tenant, firstMs, lastMs, terms, Zstd.compress(out.toByteArray(), LEVEL));
        }
    }
}
