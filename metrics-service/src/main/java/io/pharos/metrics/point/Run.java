package io.pharos.metrics.point;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// Sorted points of one resolution and bucket: what one flush adds to it.
public record Run(Resolution resolution, long bucketS, List<Point> points) {

    private record Key(Resolution resolution, long bucketS) {}

    /// Gathers the points of a flush; points of one key are merged.
    public static final class Builder {
        private final HashMap<Key, List<Point>> points = new HashMap<>();

        public void add(Resolution resolution, Point point) {
            points.computeIfAbsent(
                            new Key(resolution, resolution.bucketOf(point.startS())),
                            _ -> new ArrayList<>())
                    .add(point);
        }

        public List<Run> build() {
            var runs = new ArrayList<Run>(points.size());
            points.forEach((key, unsorted) ->
                    runs.add(new Run(key.resolution(), key.bucketS(), merged(unsorted))));
            return runs;
        }
    }

    /// Sorts, and merges neighbours of the same key into the first.
    private static List<Point> merged(List<Point> points) {
        points.sort(null);
        var merged = new ArrayList<Point>(points.size());
        Point last = null;
        for (var point : points) {
            if (last != null && last.compareTo(point) == 0) {
                last.aggregate().merge(point.aggregate());
            } else {
                merged.add(point);
                last = point;
            }
        }
        return merged;
    }
}
