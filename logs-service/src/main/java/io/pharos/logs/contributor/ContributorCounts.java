package io.pharos.logs.contributor;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import io.pharos.logs.DistinctSketch;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/// What a rule counted in some time: each contributor's value, and statistics over all events. Beyond a
/// number of contributors those with the highest values stay; how many there were is estimated from then
/// on, and the statistics stay exact. For one thread.
public final class ContributorCounts {
    /// Contributors of one rule and minute that are kept with their values.
    public static final int MAX_KEPT = 1_000;

    private static final int SKETCH_BITS = 12; // 4 KB, wrong by about 1.6 percent
    private static final int VERSION = 1;
    private static final int LEVEL = 3;
    private static final int MAX_BYTES = 32 << 20;
    private static final Comparator<Map.Entry<String, Double>> RANK =
            Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey());

    private final int most;
    private Map<String, Double> values = new HashMap<>();
    private @Nullable DistinctSketch sketch;
    private long samples;
    private double sum;
    private double minimum = Double.POSITIVE_INFINITY;
    private double maximum = Double.NEGATIVE_INFINITY;

    /// @param most contributors whose values are kept
    public ContributorCounts(int most) {
        this.most = most;
    }

    /// An event.
    public void add(String contributor, double value) {
        samples++;
        sum += value;
        minimum = Math.min(minimum, value);
        maximum = Math.max(maximum, value);
        combine(contributor, value, Double::sum);
    }

    /// More of the same time.
    public void merge(ContributorCounts other) {
        merge(other, Double::sum);
    }

    /// @param each what becomes of a contributor's value here and there
    void merge(ContributorCounts other, DoubleBinaryOperator each) {
        samples += other.samples;
        sum += other.sum;
        minimum = Math.min(minimum, other.minimum);
        maximum = Math.max(maximum, other.maximum);
        if (other.sketch != null) {
            estimating().merge(other.sketch);
        }
        other.values.forEach((contributor, value) -> combine(contributor, value, each));
    }

    private void combine(String contributor, double value, DoubleBinaryOperator each) {
        var before = values.get(contributor);
        if (before == null && sketch != null) {
            sketch.add(DistinctSketch.hash(contributor));
        }
        values.put(contributor, before == null ? value : each.applyAsDouble(before, value));
        if (values.size() > 2 * most) {
            prune();
        }
    }

    private DistinctSketch estimating() {
        var estimate = sketch;
        if (estimate == null) {
            estimate = new DistinctSketch(SKETCH_BITS);
            for (var contributor : values.keySet()) {
                estimate.add(DistinctSketch.hash(contributor));
            }
            sketch = estimate;
        }
        return estimate;
    }

    private void prune() {
        if (values.size() <= most) {
            return;
        }
        estimating();
        var kept = new HashMap<String, Double>();
        top(most).forEach(entry -> kept.put(entry.getKey(), entry.getValue()));
        values = kept;
    }

    /// Those with the highest values, these first; of equal ones in the order of their texts.
    public List<Map.Entry<String, Double>> top(int count) {
        var ranked = new ArrayList<>(values.entrySet());
        ranked.sort(RANK);
        return List.copyOf(ranked.subList(0, Math.min(count, ranked.size())));
    }

    /// By contributor.
    public Map<String, Double> values() {
        return values;
    }

    /// Contributors whose values are held right now.
    public int size() {
        return values.size();
    }

    /// How many contributors there were; an estimate once there are more than are kept.
    public long distinct() {
        return sketch == null ? values.size() : Math.max(values.size(), sketch.estimate());
    }

    /// Of a contributor; 0 when there is none.
    public double highest() {
        return values.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    /// Events.
    public long samples() {
        return samples;
    }

    public double sum() {
        return sum;
    }

    /// Of one event.
    public double minimum() {
        return minimum;
    }

    /// Of one event.
    public double maximum() {
        return maximum;
    }

    /// To be stored.
    public byte[] encode() {
        prune();
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(samples);
            out.writeDouble(sum);
            out.writeDouble(minimum);
            out.writeDouble(maximum);
            out.writeBoolean(sketch != null);
            if (sketch != null) {
                out.write(sketch.registers());
            }
            out.writeInt(values.size());
            for (var entry : values.entrySet()) {
                out.writeUTF(entry.getKey());
                out.writeDouble(entry.getValue());
            }
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        var frame = Zstd.compress(bytes.toByteArray(), LEVEL);
        return ByteBuffer.allocate(Integer.BYTES + frame.length)
                .putInt(bytes.size())
                .put(frame)
                .array();
    }

    /// @throws IllegalArgumentException when it is not what [#encode()] made
    public static ContributorCounts decode(byte[] stored) {
        try {
            var length = ByteBuffer.wrap(stored).getInt();
            if (length < 0 || length > MAX_BYTES) {
                throw new IllegalArgumentException("damaged counts");
            }
            var frame = new byte[stored.length - Integer.BYTES];
            System.arraycopy(stored, Integer.BYTES, frame, 0, frame.length);
            return read(
                    new DataInputStream(new ByteArrayInputStream(Zstd.decompress(frame, length))));
        } catch (IOException | ZstdException | BufferUnderflowException damaged) {
            throw new IllegalArgumentException("damaged counts", damaged);
        }
    }

    private static ContributorCounts read(DataInputStream in) throws IOException {
        if (in.readByte() != VERSION) {
            throw new IllegalArgumentException("counts of another version");
        }
        var counts = new ContributorCounts(MAX_KEPT);
        counts.samples = in.readLong();
        counts.sum = in.readDouble();
        counts.minimum = in.readDouble();
        counts.maximum = in.readDouble();
        if (in.readBoolean()) {
            var registers = new byte[1 << SKETCH_BITS];
            in.readFully(registers);
            counts.sketch = new DistinctSketch(registers);
        }
        for (var left = in.readInt(); left > 0; left--) {
            counts.values.put(in.readUTF(), in.readDouble());
        }
        return counts;
    }
}
