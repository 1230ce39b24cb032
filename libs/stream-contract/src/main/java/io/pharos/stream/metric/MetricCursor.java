package io.pharos.stream.metric;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;

import io.pharos.metric.Aggregate;
import io.pharos.metric.StatisticSet;
import io.pharos.metric.Unit;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricColumns;
import io.pharos.stream.MetricSample;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Walks over the datums of a [MetricBatch] as it stands in its record, and makes nothing for those of
/// columns: a reader that wants few of them looks at the hash and goes on.
///
/// ```
/// for (var datum = MetricCursor.of(record); datum.next(); ) {
///     if (wanted(datum.seriesHash())) take(datum.metricName(), datum.value());
/// }
/// ```
///
/// Whatever is broken ends in an IllegalArgumentException, when it is met. For one thread.
public final class MetricCursor {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private String account = "";
    private String region = "";
    private String namespace = "";
    private long receivedMs;

    private final List<MetricSample> samples = new ArrayList<>();
    private int row = -1;

    // The columns: each text and list as a place in the record.
    private int textCount;
    private int[] textFrom = new int[16];
    private int[] textTo = new int[16];
    private @Nullable String[] texts = {};
    private @Nullable Unit[] units = {};
    private final Span hashes = new Span();
    private final Span identities = new Span();
    private final Span timestamps = new Span();
    private final Span unitTexts = new Span();
    private final Span resolutions = new Span();
    private final Span values = new Span();
    private int columns;

    // The datum it stands at.
    private int column = -1;
    private int name;
    private int dimensionCount;
    private int[] dimensions = new int[16];
    private int dimensionsFrom;
    private int dimensionsTo;
    private boolean repeats;
    private long timestampMs;
    private int unitText;

    /// Packed values in the record, and how far they were read.
    private static final class Span {
        private int at;
        private int end;
    }

    private MetricCursor(byte[] record) {
        this.bytes = record;
    }

    /// @param record the bytes of a [MetricBatch]
    /// @throws InvalidProtocolBufferException when they are none
    /// @throws IllegalArgumentException when its columns do not fit each other
    public static MetricCursor of(byte[] record) throws InvalidProtocolBufferException {
        var cursor = new MetricCursor(record);
        try {
            cursor.read(CodedInputStream.newInstance(record));
        } catch (InvalidProtocolBufferException broken) {
            throw broken;
        } catch (IOException broken) {
            throw new InvalidProtocolBufferException(broken);
        }
        cursor.begin();
        return cursor;
    }

    private void read(CodedInputStream in) throws IOException {
        for (int tag; (tag = in.readTag()) != 0; ) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case MetricBatch.ACCOUNT_FIELD_NUMBER -> account = in.readStringRequireUtf8();
                case MetricBatch.REGION_FIELD_NUMBER -> region = in.readStringRequireUtf8();
                case MetricBatch.NAMESPACE_FIELD_NUMBER -> namespace = in.readStringRequireUtf8();
                case MetricBatch.RECEIVED_MS_FIELD_NUMBER -> receivedMs = in.readInt64();
                case MetricBatch.SAMPLES_FIELD_NUMBER ->
                        samples.add(
                                in.readMessage(
                                        MetricSample.parser(),
                                        ExtensionRegistryLite.getEmptyRegistry()));
                case MetricBatch.COLUMNS_FIELD_NUMBER -> {
                    var outer = in.pushLimit(in.readRawVarint32());
                    readColumns(in);
                    in.popLimit(outer);
                }
                default -> in.skipField(tag);
            }
        }
    }

    private void readColumns(CodedInputStream in) throws IOException {
        for (int tag; (tag = in.readTag()) != 0; ) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case MetricColumns.TEXTS_FIELD_NUMBER -> addText(in);
                case MetricColumns.SERIES_HASHES_FIELD_NUMBER -> take(in, tag, hashes);
                case MetricColumns.IDENTITIES_FIELD_NUMBER -> take(in, tag, identities);
                case MetricColumns.TIMESTAMPS_MS_FIELD_NUMBER -> take(in, tag, timestamps);
                case MetricColumns.UNITS_FIELD_NUMBER -> take(in, tag, unitTexts);
                case MetricColumns.HIGH_RESOLUTIONS_FIELD_NUMBER -> take(in, tag, resolutions);
                case MetricColumns.VALUES_FIELD_NUMBER -> take(in, tag, values);
                default -> in.skipField(tag);
            }
        }
    }

    private void addText(CodedInputStream in) throws IOException {
        var length = in.readRawVarint32();
        if (textCount == textFrom.length) {
            textFrom = Arrays.copyOf(textFrom, 2 * textCount);
            textTo = Arrays.copyOf(textTo, 2 * textCount);
        }
        textFrom[textCount] = in.getTotalBytesRead();
        in.skipRawBytes(length);
        textTo[textCount] = in.getTotalBytesRead();
        textCount++;
    }

    /// Lists are packed, as everybody writes them, and whole.
    private static void take(CodedInputStream in, int tag, Span span) throws IOException {
        if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED
                || span.end != 0) {
            throw new IllegalArgumentException("a column in pieces");
        }
        var length = in.readRawVarint32();
        span.at = in.getTotalBytesRead();
        in.skipRawBytes(length);
        span.end = in.getTotalBytesRead();
    }

    private void begin() {
        columns = (hashes.end - hashes.at) / Long.BYTES;
        if (hashes.end - hashes.at != columns * Long.BYTES
                || values.end - values.at != columns * Double.BYTES
                || resolutions.end - resolutions.at != columns) {
            throw new IllegalArgumentException("uneven columns");
        }
        texts = new String[textCount];
        units = new Unit[textCount + 1];
    }

    /// Whose series they are, and so below.
    public String account() {
        return account;
    }

    public String region() {
        return region;
    }

    public String namespace() {
        return namespace;
    }

    /// When they came to a front door, milliseconds since the epoch.
    public long receivedMs() {
        return receivedMs;
    }

    /// Texts that datums of columns refer to.
    public int textCount() {
        return textCount;
    }

    /// One of them.
    public String text(int index) {
        var text = texts[index];
        if (text == null) {
            var from = textFrom[index];
            text = new String(bytes, from, textTo[index] - from, StandardCharsets.UTF_8);
            texts[index] = text;
        }
        return text;
    }

    /// Moves to the next datum, to the first at first.
    ///
    /// @return false when there is none
    public boolean next() {
        if (row + 1 < samples.size()) {
            row++;
            return true;
        }
        row = samples.size();
        if (column + 1 == columns) {
            if (identities.at != identities.end
                    || timestamps.at != timestamps.end
                    || unitTexts.at != unitTexts.end) {
                throw new IllegalArgumentException("uneven columns");
            }
            return false;
        }
        column++;
        nextIdentity();
        var moved = varint(timestamps);
        timestampMs += moved >>> 1 ^ -(moved & 1);
        unitText = index(unitTexts, textCount + 1);
        return true;
    }

    private void nextIdentity() {
        name = index(identities, textCount);
        var from = identities.at;
        var end = from + dimensionsTo - dimensionsFrom;
        repeats =
                column > 0
                        && end <= identities.end
                        && Arrays.equals(bytes, from, end, bytes, dimensionsFrom, dimensionsTo);
        if (repeats) {
            identities.at = end;
            return;
        }
        dimensionCount = index(identities, (identities.end - from) / 2 + 1);
        if (2 * dimensionCount > dimensions.length) {
            dimensions = new int[4 * dimensionCount];
        }
        for (var i = 0; i < 2 * dimensionCount; i++) {
            dimensions[i] = index(identities, textCount);
        }
        dimensionsFrom = from;
        dimensionsTo = identities.at;
    }

    /// A number below the limit.
    private int index(Span span, int limit) {
        var value = varint(span);
        if (value < 0 || value >= limit) {
            throw new IllegalArgumentException("nothing of that number");
        }
        return (int) value;
    }

    private long varint(Span span) {
        var value = 0L;
        for (var shift = 0; shift < Long.SIZE && span.at < span.end; shift += 7) {
            var b = bytes[span.at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("uneven columns");
    }

    private boolean isSample() {
        return row < samples.size();
    }

    private MetricSample sample() {
        return samples.get(row);
    }

    /// As metric-model's SeriesHash says it.
    public long seriesHash() {
        return isSample()
                ? sample().getSeriesHash()
                : (long) LONGS.get(bytes, hashes.at + column * Long.BYTES);
    }

    public String metricName() {
        return isSample() ? sample().getMetricName() : text(name);
    }

    /// The index of [#metricName()] among the texts; -1 where it is none of them.
    public int metricNameText() {
        return isSample() ? -1 : name;
    }

    /// How many there are.
    public int dimensions() {
        return isSample() ? sample().getDimensionsCount() : dimensionCount;
    }

    /// In the order of their names.
    ///
    /// @param index below [#dimensions()]
    public String dimensionName(int index) {
        return isSample() ? sample().getDimensions(index).getName() : text(dimensions[2 * index]);
    }

    /// @param index below [#dimensions()]
    public String dimensionValue(int index) {
        return isSample()
                ? sample().getDimensions(index).getValue()
                : text(dimensions[2 * index + 1]);
    }

    /// The indexes of a dimension's name (even) and value (odd) among the texts, where the metric's name is
    /// one of them.
    public int dimensionText(int index) {
        return dimensions[index];
    }

    /// Whether the dimensions are those of the datum before, and in the texts as well.
    public boolean repeatsDimensions() {
        return !isSample() && repeats;
    }

    public long timestampMs() {
        return isSample() ? sample().getTimestampMs() : timestampMs;
    }

    /// Whether it is kept by seconds.
    public boolean isHighResolution() {
        return isSample() ? sample().getHighResolution() : bytes[resolutions.at + column] != 0;
    }

    public Unit unit() {
        if (isSample()) {
            return unit(sample().getUnit());
        }
        var unit = units[unitText];
        if (unit == null) {
            unit = unitText == 0 ? Unit.NONE : unit(text(unitText - 1));
            units[unitText] = unit;
        }
        return unit;
    }

    private static Unit unit(String name) {
        var unit = Unit.named(name);
        if (unit == null) {
            throw new IllegalArgumentException("unknown unit");
        }
        return unit;
    }

    /// Whether [#value()] tells everything: one sample of weight 1.
    public boolean isValue() {
        return !isSample() || sample().hasValue() && !sample().hasStatisticSet();
    }

    /// Where [#isValue()]; finite.
    public double value() {
        var value =
                isSample()
                        ? sample().getValue()
                        : Double.longBitsToDouble(
                                (long) LONGS.get(bytes, values.at + column * Double.BYTES));
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a sample without a finite value");
        }
        return value;
    }

    /// Adds what it says. AWS: beside StatisticValues, Values do not count.
    public void addTo(Aggregate aggregate) {
        if (isValue()) {
            aggregate.addSample(value(), 1);
            return;
        }
        var sample = sample();
        if (sample.hasStatisticSet()) {
            addSet(aggregate, sample.getStatisticSet());
            return;
        }
        var weighted = sample.getCountsCount() > 0;
        if (sample.getValuesCount() == 0
                || weighted && sample.getCountsCount() != sample.getValuesCount()) {
            throw new IllegalArgumentException("values and counts differ in number");
        }
        for (var value : sample.getValuesList()) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("a sample without a finite value");
            }
        }
        for (var i = 0; i < sample.getValuesCount(); i++) {
            aggregate.addSample(sample.getValues(i), weighted ? sample.getCounts(i) : 1);
        }
    }

    private static void addSet(Aggregate aggregate, io.pharos.stream.StatisticSet set) {
        if (!Double.isFinite(set.getMinimum()) || !Double.isFinite(set.getMaximum())) {
            throw new IllegalArgumentException("a sample without a finite value");
        }
        aggregate.addSet(
                new StatisticSet(
                        set.getSampleCount(), set.getSum(), set.getMinimum(), set.getMaximum()));
    }
}
