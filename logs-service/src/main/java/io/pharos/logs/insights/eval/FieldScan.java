package io.pharos.logs.insights.eval;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads wanted fields from messages, whatever their format, told by each message itself: JSON, flow
/// logs of a VPC, Route 53's queries, Lambda's lines. For one thread.
final class FieldScan {
    private final @Nullable String[] found;
    private final List<JsonScan> json = new ArrayList<>();
    private final KnownFormats formats;

    FieldScan(DiscoveredFields wanted) {
        this.found = new String[wanted.names().size()];
        for (var first = 0; first < found.length; first += JsonScan.MAX_WANTED) {
            json.add(new JsonScan(wanted.names(), first));
        }
        this.formats = new KnownFormats(wanted.names());
    }

    void read(byte[] text, int start, int end) {
        Arrays.fill(found, null);
        var first = start;
        while (first < end && text[first] <= ' ' && text[first] >= 0) {
            first++;
        }
        if (first == end) {
            return;
        }
        if (text[first] == '{') {
            for (var scan : json) {
                scan.readObject(text, first, end, found);
            }
            return;
        }
        if (formats.read(text, first, end, found)) {
            return;
        }
        for (var scan : json) {
            scan.readFragment(text, first, end, found);
        }
    }

    @Nullable String found(int field) {
        return found[field];
    }
}
