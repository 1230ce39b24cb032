package io.pharos.logs.anomaly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;

import io.pharos.logs.cluster.Clusters;
import io.pharos.logs.cluster.Finding;
import io.pharos.logs.cluster.TextPattern;
import io.pharos.logs.cluster.Usual;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a detector has learnt: patterns, and how often each of them usually occurs in a period. Bounded:
/// by [Clusters#MAX] patterns. For one thread.
public final class Model {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LEVEL = 3;
    private static final int MAX_BYTES = 64 << 20;

    private final Clusters clusters = new Clusters();
    private final List<Usual> usual = new ArrayList<>();
    private long periods; // that had events

    /// What was unusual about a pattern in a period.
    public record Unusual(int pattern, long count, Finding finding) {}

    /// The number of the pattern that a text has; -1: it is one of too many.
    int patternOf(String key) {
        var number = clusters.of(key);
        while (usual.size() < clusters.size()) {
            usual.add(Usual.NOTHING);
        }
        return number;
    }

    public TextPattern pattern(int number) {
        return clusters.pattern(number);
    }

    public int size() {
        return clusters.size();
    }

    /// Takes a period's occurrences for usual, and tells of what was not.
    ///
    /// @param counts by pattern; patterns beyond did not occur
    List<Unusual> learn(long[] counts) {
        var found = new ArrayList<Unusual>();
        var isKnowing = periods >= Usual.LEAST_PERIODS;
        var isEmpty = true;
        for (var i = 0; i < usual.size(); i++) {
            var count = i < counts.length ? counts[i] : 0;
            isEmpty &= count == 0;
            var pattern = i;
            finding(i, count, isKnowing)
                    .ifPresent(finding -> found.add(new Unusual(pattern, count, finding)));
            var known = usual.get(i);
            if (known.periods() > 0 || count > 0) {
                usual.set(i, known.plus(count));
            }
        }
        periods += isEmpty ? 0 : 1;
        return found;
    }

    private Optional<Finding> finding(int pattern, long count, boolean isKnowing) {
        var known = usual.get(pattern);
        var severity = clusters.pattern(pattern).severity();
        if (known.periods() == 0) {
            return count > 0 && isKnowing
                    ? Optional.of(Usual.first(count, severity))
                    : Optional.empty();
        }
        return known.judge(count, severity);
    }

    /// To be stored.
    public byte[] encode() {
        var root = JSON.createObjectNode().put("periods", periods);
        var patterns = root.putArray("patterns");
        for (var i = 0; i < usual.size(); i++) {
            var of = usual.get(i);
            patterns.addObject()
                    .put("key", clusters.pattern(i).key())
                    .put("n", of.periods())
                    .put("mean", of.mean())
                    .put("var", of.variance());
        }
        try {
            var json = JSON.writeValueAsBytes(root);
            var frame = Zstd.compress(json, LEVEL);
            return ByteBuffer.allocate(Integer.BYTES + frame.length)
                    .putInt(json.length)
                    .put(frame)
                    .array();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// @param stored null: nothing was learnt yet
    ///
    /// @throws IllegalArgumentException when it is not what [#encode()] made
    public static Model decode(byte @Nullable [] stored) {
        var model = new Model();
        if (stored == null) {
            return model;
        }
        try {
            var in = ByteBuffer.wrap(stored);
            var length = in.getInt();
            if (length < 0 || length > MAX_BYTES) {
                throw new IllegalArgumentException("damaged model");
            }
            var frame = new byte[in.remaining()];
            in.get(frame);
            var root = JSON.readTree(Zstd.decompress(frame, length));
            model.periods = root.path("periods").asLong();
            for (JsonNode pattern : root.path("patterns")) {
                model.clusters.restore(TextPattern.ofKey(pattern.path("key").asText()));
                model.usual.add(
                        new Usual(
                                pattern.path("n").asLong(),
                                pattern.path("mean").asDouble(),
                                pattern.path("var").asDouble()));
            }
            return model;
        } catch (IOException | RuntimeException damaged) {
            throw new IllegalArgumentException("damaged model", damaged);
        }
    }
}
