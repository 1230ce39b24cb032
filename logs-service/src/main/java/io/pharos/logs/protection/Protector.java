package io.pharos.logs.protection;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds and masks what some policies together protect. Immutable; a pure function of the text, so that
/// what is masked at reading is what was told of when the event came.
public final class Protector {
    /// Places that are told of one event: its audit must stay an event.
    static final int MAX_PLACES = 5_000;

    /// Masks everything: for events whose policy can not be read.
    public static final Protector ALL =
            new Protector(Map.of("unreadable policy", (_, from, to, into) -> into.add(from, to)));

    private final Map<String, Detector> detectors = new LinkedHashMap<>();

    private Protector(Map<String, Detector> detectors) {
        this.detectors.putAll(detectors);
    }

    public Protector(List<ProtectionPolicy> policies) {
        policies.forEach(policy -> policy.detectors().forEach(detectors::putIfAbsent));
    }

    /// What one identifier found in an event: pairs of places in characters, the second one exclusive.
    public record Finding(String identifier, int count, List<int[]> detections) {}

    /// The same text with a `*` for every character of what is found; null when nothing is.
    public byte @Nullable [] masked(byte[] text, int from, int length) {
        var found = new Spans();
        for (var detector : detectors.values()) {
            detector.find(text, from, from + length, found);
        }
        if (found.count() == 0) {
            return null;
        }
        found.join();
        var masked = new byte[length];
        var size = 0;
        var at = from;
        for (var span = 0; span < found.count(); span++) {
            size = append(text, at, found.start(span), masked, size);
            var stars = characters(text, found.start(span), found.end(span));
            Arrays.fill(masked, size, size + stars, (byte) '*');
            size += stars;
            at = found.end(span);
        }
        size = append(text, at, from + length, masked, size);
        return Arrays.copyOf(masked, size);
    }

    private static int append(byte[] text, int from, int to, byte[] into, int at) {
        System.arraycopy(text, from, into, at, to - from);
        return at + to - from;
    }

    private static int characters(byte[] text, int from, int to) {
        var count = 0;
        for (var at = from; at < to; at++) {
            if ((text[at] & 0xC0) != 0x80) {
                count++;
            }
        }
        return count;
    }

    /// What each identifier finds; empty when nothing is found.
    public List<Finding> findings(byte[] text, int from, int length) {
        var findings = new ArrayList<Finding>();
        detectors.forEach((name, detector) -> {
            var found = new Spans();
            detector.find(text, from, from + length, found);
            if (found.count() > 0) {
                found.join();
                var told = findings.stream().mapToInt(f -> f.detections().size()).sum();
                var places = places(found, text, from, MAX_PLACES - told);
                findings.add(new Finding(name, found.count(), places));
            }
        });
        return findings;
    }

    private static List<int[]> places(Spans found, byte[] text, int from, int most) {
        var places = new ArrayList<int[]>();
        var at = from;
        var character = 0;
        for (var span = 0; span < Math.min(found.count(), most); span++) {
            var start = character + characters(text, at, found.start(span));
            character = start + characters(text, found.start(span), found.end(span));
            at = found.end(span);
            places.add(new int[] {start, character});
        }
        return places;
    }
}
