package io.pharos.metrics.compact;

import io.pharos.metrics.point.Point;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/// Several sorted sequences of points as one, points of one key merged. Holds one point of each
/// sequence at a time.
public final class Merge implements Iterator<Point> {
    private final PriorityQueue<Source> sources =
            new PriorityQueue<>(Comparator.comparing(Source::head));

    private static final class Source {
        private final Iterator<Point> rest;
        private Point head;

        Source(Iterator<Point> points) {
            rest = points;
            head = points.next();
        }

        Point head() {
            return head;
        }

        boolean advance() {
            if (!rest.hasNext()) {
                return false;
            }
            var next = rest.next();
            if (next.compareTo(head) < 0) {
                throw new IllegalStateException("a run is not sorted");
            }
            head = next;
            return true;
        }
    }

    public Merge(List<? extends Iterator<Point>> runs) {
        for (var run : runs) {
            if (run.hasNext()) {
                sources.add(new Source(run));
            }
        }
    }

    @Override
    public boolean hasNext() {
        return !sources.isEmpty();
    }

    @Override
    public Point next() {
        if (sources.isEmpty()) {
            throw new NoSuchElementException();
        }
        @Nullable Point merged = null;
        while (!sources.isEmpty()
                && (merged == null || sources.element().head().compareTo(merged) == 0)) {
            var source = sources.remove();
            if (merged == null) {
                merged = source.head();
            } else {
                merged.aggregate().merge(source.head().aggregate());
            }
            if (source.advance()) {
                sources.add(source);
            }
        }
        if (merged == null) {
            throw new IllegalStateException("no point");
        }
        return merged;
    }
}
