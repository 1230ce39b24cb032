package io.pharos.ingest.metric;

import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricColumns;
import io.pharos.wire.Tenant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiConsumer;

/// Packs what a [PlainScan] read into records of `metric-data`, as [MetricBatches] would, but straight
/// from bytes to bytes.
public final class ColumnRecords {
    private static final int LENGTH_BYTES = 4;
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final PlainScan scan;
    private final Tenant tenant;
    private final long receivedMs;
    private final Column[] columns;
    private final RecordBytes identity = new RecordBytes(512);
    private final int identityPrefix;
    private final RecordBytes dimensions = new RecordBytes(512);
    private int lastSet = -1;

    private ColumnRecords(PlainScan scan, Tenant tenant, long receivedMs, int partitions) {
        this.scan = scan;
        this.tenant = tenant;
        this.receivedMs = receivedMs;
        this.columns = new Column[partitions];
        var prefix =
                SeriesHash.identity(
                        tenant.account(), tenant.region(), scan.namespace(), "", Dimensions.NONE);
        // Without the empty name.
        this.identityPrefix = prefix.length - LENGTH_BYTES;
        this.identity.put(prefix, 0, identityPrefix);
    }

    /// Gives each partition's record to the sink, in ascending order of partitions.
    public static void pack(
            PlainScan scan,
            Tenant tenant,
            long receivedMs,
            int partitions,
            BiConsumer<Integer, byte[]> sink) {
        new ColumnRecords(scan, tenant, receivedMs, partitions).pack(sink);
    }

    private void pack(BiConsumer<Integer, byte[]> sink) {
        for (var datum = 0; datum < scan.count(); datum++) {
            var hash = hash(datum);
            var partition = SeriesHash.partition(hash, columns.length);
            var column = columns[partition];
            if (column == null) {
                column = new Column(scan);
                columns[partition] = column;
            }
            column.add(datum, hash);
        }
        for (var partition = 0; partition < columns.length; partition++) {
            if (columns[partition] != null) {
                sink.accept(partition, record(columns[partition]));
            }
        }
    }

    private long hash(int datum) {
        var set = scan.set(datum);
        if (set != lastSet) {
            dimensions.clear();
            for (var i = scan.setFrom(set); i < scan.setTo(set); i++) {
                put(dimensions, scan.setTexts()[i]);
            }
            lastSet = set;
        }
        identity.size = identityPrefix;
        put(identity, scan.name(datum));
        identity.put(dimensions);
        return SeriesHash.ofIdentity(identity.bytes, identity.size);
    }

    private void put(RecordBytes target, int text) {
        var from = scan.texts().from(text);
        var length = scan.texts().to(text) - from;
        target.word(length);
        target.put(scan.json(), from, length);
    }

    private byte[] record(Column column) {
        var out = new RecordBytes(column.size() + 512);
        out.text(MetricBatch.ACCOUNT_FIELD_NUMBER, tenant.account());
        out.text(MetricBatch.REGION_FIELD_NUMBER, tenant.region());
        out.text(MetricBatch.NAMESPACE_FIELD_NUMBER, scan.namespace());
        out.number(MetricBatch.RECEIVED_MS_FIELD_NUMBER, receivedMs);
        out.tag(MetricBatch.COLUMNS_FIELD_NUMBER, RecordBytes.BYTES);
        out.varint(column.size());
        column.writeTo(out);
        return out.toByteArray();
    }

    /// The columns of one partition.
    private static final class Column {
        private final PlainScan scan;
        private final int[] textIndex;
        private int texts;
        private long lastMs;
        private int lastSet = -1;
        private int lastSetFrom;
        private int lastSetTo;
        private final RecordBytes dictionary = new RecordBytes(2_048);
        private final RecordBytes hashes = new RecordBytes(2_048);
        private final RecordBytes identities = new RecordBytes(2_048);
        private final RecordBytes timestamps = new RecordBytes(512);
        private final RecordBytes units = new RecordBytes(512);
        private final RecordBytes highResolutions = new RecordBytes(512);
        private final RecordBytes values = new RecordBytes(2_048);

        Column(PlainScan scan) {
            this.scan = scan;
            this.textIndex = new int[scan.texts().count()];
        }

        void add(int datum, long hash) {
            hashes.fixed(hash);
            identities.varint(index(scan.name(datum)));
            addDimensions(scan.set(datum));
            var ms = scan.timestampMs(datum);
            timestamps.signed(ms - lastMs);
            lastMs = ms;
            var unit = scan.unit(datum);
            units.varint(unit == 0 ? 0 : index(unit - 1) + 1);
            highResolutions.varint(scan.isHighResolution(datum) ? 1 : 0);
            values.fixed(Double.doubleToRawLongBits(scan.value(datum)));
        }

        /// Those of the datum before are written again as they are.
        private void addDimensions(int set) {
            if (set == lastSet) {
                identities.repeat(lastSetFrom, lastSetTo);
                return;
            }
            lastSet = set;
            lastSetFrom = identities.size();
            var from = scan.setFrom(set);
            var to = scan.setTo(set);
            identities.varint((to - from) / 2);
            for (var i = from; i < to; i++) {
                identities.varint(index(scan.setTexts()[i]));
            }
            lastSetTo = identities.size();
        }

        private int index(int text) {
            if (textIndex[text] == 0) {
                textIndex[text] = ++texts;
                var from = scan.texts().from(text);
                var length = scan.texts().to(text) - from;
                dictionary.tag(MetricColumns.TEXTS_FIELD_NUMBER, RecordBytes.BYTES);
                dictionary.varint(length);
                dictionary.put(scan.json(), from, length);
            }
            return textIndex[text] - 1;
        }

        int size() {
            return dictionary.size()
                    + RecordBytes.sizeOf(hashes)
                    + RecordBytes.sizeOf(identities)
                    + RecordBytes.sizeOf(timestamps)
                    + RecordBytes.sizeOf(units)
                    + RecordBytes.sizeOf(highResolutions)
                    + RecordBytes.sizeOf(values);
        }

        void writeTo(RecordBytes out) {
            out.put(dictionary);
            out.list(MetricColumns.SERIES_HASHES_FIELD_NUMBER, hashes);
            out.list(MetricColumns.IDENTITIES_FIELD_NUMBER, identities);
            out.list(MetricColumns.TIMESTAMPS_MS_FIELD_NUMBER, timestamps);
            out.list(MetricColumns.UNITS_FIELD_NUMBER, units);
            out.list(MetricColumns.HIGH_RESOLUTIONS_FIELD_NUMBER, highResolutions);
            out.list(MetricColumns.VALUES_FIELD_NUMBER, values);
        }
    }

    /// Protobuf's wire format, as it grows.
    private static final class RecordBytes {
        static final int BYTES = 2;

        private byte[] bytes;
        private int size;

        RecordBytes(int capacity) {
            bytes = new byte[capacity];
        }

        int size() {
            return size;
        }

        /// Of a list as a field with a number below 16.
        static int sizeOf(RecordBytes list) {
            var size = 2 + list.size;
            for (var rest = list.size >>> 7; rest != 0; rest >>>= 7) {
                size++;
            }
            return size;
        }

        private void room(int more) {
            if (size + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
            }
        }

        void tag(int field, int type) {
            varint((long) field << 3 | type);
        }

        void varint(long value) {
            room(10);
            var rest = value;
            while ((rest & ~0x7FL) != 0) {
                bytes[size++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            bytes[size++] = (byte) rest;
        }

        void signed(long value) {
            varint((value << 1) ^ (value >> 63));
        }

        void fixed(long value) {
            room(Long.BYTES);
            LONGS.set(bytes, size, value);
            size += Long.BYTES;
        }

        void put(byte[] source, int from, int length) {
            room(length);
            System.arraycopy(source, from, bytes, size, length);
            size += length;
        }

        void word(int value) {
            room(Integer.BYTES);
            INTS.set(bytes, size, value);
            size += Integer.BYTES;
        }

        void clear() {
            size = 0;
        }

        /// Some of its own bytes once more.
        void repeat(int from, int to) {
            room(to - from);
            System.arraycopy(bytes, from, bytes, size, to - from);
            size += to - from;
        }

        void put(RecordBytes other) {
            put(other.bytes, 0, other.size);
        }

        void list(int field, RecordBytes list) {
            tag(field, BYTES);
            varint(list.size);
            put(list);
        }

        void text(int field, String text) {
            var utf8 = text.getBytes(StandardCharsets.UTF_8);
            tag(field, BYTES);
            varint(utf8.length);
            put(utf8, 0, utf8.length);
        }

        void number(int field, long value) {
            tag(field, 0);
            varint(value);
        }

        byte[] toByteArray() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }
    }
}
