package io.pharos.ingest.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The observations behind a histogram, as well as buckets tell: values with weights. Count, sum,
/// minimum and maximum are exact where the histogram has them; each value lies in its bucket, so that
/// percentiles are as good as the buckets.
public final class Distribution {
    private final double[] values;
    private final double[] counts;
    private int size;

    private Distribution(int most) {
        values = new double[most];
        counts = new double[most];
    }

    /// A bucket of observations; a bound may be infinite.
    public record Bucket(double lower, double upper, double count) {}

    /// Places the observations of ascending buckets, none of them empty: one on the minimum and one on
    /// the maximum, the others in the middle of their buckets, then all of these towards one end of
    /// them until the sum is met.
    ///
    /// @param sum NaN when unknown, as are minimum and maximum
    public static Distribution of(
            List<Bucket> buckets, double sum, double minimum, double maximum) {
        var placing = new Placing(bounded(buckets, minimum, maximum), maximum);
        var distribution = new Distribution(buckets.size() + 2);
        var low = !Double.isNaN(minimum) && placing.takeFirst();
        var high = !Double.isNaN(maximum) && placing.takeLast();
        if (!Double.isNaN(sum)) {
            placing.meet(sum - (low ? minimum : 0) - (high ? maximum : 0));
        }
        if (low) {
            distribution.add(minimum, 1);
        }
        for (var i = 0; i < placing.values.length; i++) {
            distribution.add(placing.values[i], placing.counts[i]);
        }
        if (high) {
            distribution.add(maximum, 1);
        }
        return distribution;
    }

    private static List<Bucket> bounded(List<Bucket> buckets, double minimum, double maximum) {
        var bounded = new ArrayList<Bucket>(buckets.size());
        for (var bucket : buckets) {
            var lower = Double.isNaN(minimum) ? bucket.lower() : Math.max(bucket.lower(), minimum);
            var upper = Double.isNaN(maximum) ? bucket.upper() : Math.min(bucket.upper(), maximum);
            if (Double.isInfinite(lower)) {
                lower = Double.isInfinite(upper) ? 0 : Math.min(0, upper);
            }
            if (Double.isInfinite(upper)) {
                upper = lower;
            }
            bounded.add(new Bucket(Math.min(lower, upper), upper, bucket.count()));
        }
        return bounded;
    }

    private static final class Placing {
        private final List<Bucket> buckets;
        private final boolean open;
        private final double[] values;
        private final double[] counts;

        Placing(List<Bucket> buckets, double maximum) {
            this.buckets = buckets;
            this.values =
                    buckets.stream().mapToDouble(b -> b.lower() / 2 + b.upper() / 2).toArray();
            this.counts = buckets.stream().mapToDouble(Bucket::count).toArray();
            // The last bucket may reach further than anything known.
            this.open =
                    Double.isNaN(maximum)
                            && !buckets.isEmpty()
                            && buckets.getLast().lower() == buckets.getLast().upper();
        }

        boolean takeFirst() {
            return take(0);
        }

        boolean takeLast() {
            return take(counts.length - 1);
        }

        private boolean take(int bucket) {
            if (bucket < 0 || bucket >= counts.length || counts[bucket] < 1) {
                return false;
            }
            counts[bucket]--;
            return true;
        }

        void meet(double sum) {
            var missing = sum - total();
            var room = 0.0;
            for (var i = 0; i < values.length; i++) {
                room += counts[i] * Math.abs(end(i, missing) - values[i]);
            }
            var share = room > 0 ? Math.min(1, Math.abs(missing) / room) : 0;
            for (var i = 0; i < values.length; i++) {
                values[i] += share * (end(i, missing) - values[i]);
            }
            var rest = sum - total();
            var last = values.length - 1;
            if (open && rest > 0 && counts[last] > 0) {
                values[last] += rest / counts[last];
            }
        }

        private double end(int bucket, double missing) {
            return missing > 0 ? buckets.get(bucket).upper() : buckets.get(bucket).lower();
        }

        private double total() {
            var total = 0.0;
            for (var i = 0; i < values.length; i++) {
                total += values[i] * counts[i];
            }
            return total;
        }
    }

    private void add(double value, double count) {
        if (count > 0) {
            values[size] = value;
            counts[size] = count;
            size++;
        }
    }

    public int size() {
        return size;
    }

    /// Ascending, but for rounding.
    public double[] values() {
        return values(0, size);
    }

    public double[] counts() {
        return counts(0, size);
    }

    double[] values(int from, int to) {
        return Arrays.copyOfRange(values, from, to);
    }

    double[] counts(int from, int to) {
        return Arrays.copyOfRange(counts, from, to);
    }
}
