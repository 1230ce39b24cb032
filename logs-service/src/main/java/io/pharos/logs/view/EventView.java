package io.pharos.logs.view;

import static java.util.Objects.requireNonNullElse;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.pharos.logs.group.LogGroup;
import io.pharos.logs.ingest.ArrivalView;
import io.pharos.logs.policy.PolicyHistory;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.protection.ProtectionPolicy;
import io.pharos.logs.protection.Protector;
import io.pharos.logs.transform.EventSource;
import io.pharos.logs.transform.ProcessorJson;
import io.pharos.logs.transform.Transformer;
import io.pharos.stream.log.PackedEvents;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How the events of one group are shown: each by the policies that were in force when it was received,
/// computed anew whenever it is asked for, so that nothing but the text itself is stored. Immutable.
public final class EventView implements ArrivalView {
    /// Hosts' clocks may differ so much: data protection holds a little earlier, so that nothing is shown
    /// that was put after the policy.
    static final long CLOCK_SKEW_MS = 1_000;

    private static final Cache<String, ProtectionPolicy> POLICIES =
            Caffeine.newBuilder().maximumSize(1_000).build();
    private static final Cache<String, Transformer> TRANSFORMERS =
            Caffeine.newBuilder().maximumSize(1_000).build();

    private final LogGroup group;
    private final PolicyHistory history;
    private final List<Span> spans;

    /// What holds from a time on.
    private record Span(
            long fromMs,
            @Nullable Protector protector,
            Set<String> findingsGroups,
            @Nullable Transformer transformer) {}

    private EventView(LogGroup group, PolicyHistory history, List<Span> spans) {
        this.group = group;
        this.history = history;
        this.spans = List.copyOf(spans);
    }

    public static EventView of(LogGroup group, PolicyHistory history) {
        var changes = new TreeSet<Long>();
        for (var version : history.versions()) {
            changes.add(version.fromMs());
            changes.add(version.fromMs() - CLOCK_SKEW_MS);
            if (version.untilMs() != null) {
                changes.add(version.untilMs());
            }
        }
        var spans = new ArrayList<Span>();
        for (var from : changes) {
            spans.add(span(history, from));
        }
        return new EventView(group, history, spans);
    }

    private static Span span(PolicyHistory history, long atMs) {
        var transformer = transformer(history, atMs);
        var holding = new LinkedHashSet<>(history.allAt(PolicyKind.DATA_PROTECTION, atMs));
        holding.addAll(history.allAt(PolicyKind.DATA_PROTECTION, atMs + CLOCK_SKEW_MS));
        if (holding.isEmpty()) {
            return new Span(atMs, null, Set.of(), transformer);
        }
        try {
            var policies =
                    holding.stream()
                            .map(v -> POLICIES.get(v.document(), ProtectionPolicy::parse))
                            .toList();
            var groups =
                    policies.stream()
                            .flatMap(policy -> Stream.ofNullable(policy.findingsGroup()))
                            .collect(Collectors.toUnmodifiableSet());
            return new Span(atMs, new Protector(policies), groups, transformer);
        } catch (RuntimeException unreadable) { // rather hide too much
            return new Span(atMs, Protector.ALL, Set.of(), transformer);
        }
    }

    private static @Nullable Transformer transformer(PolicyHistory history, long atMs) {
        var holding = history.at(PolicyKind.TRANSFORMER, atMs);
        try {
            return holding == null
                    ? null
                    : TRANSFORMERS.get(
                            holding.document(),
                            document -> Transformer.of(ProcessorJson.read(document)));
        } catch (RuntimeException unreadable) { // events must pass whatever the transformer
            return null;
        }
    }

    public LogGroup group() {
        return group;
    }

    /// The policies behind it.
    public PolicyHistory history() {
        return history;
    }

    /// Whether some events may have something masked.
    public boolean masks() {
        return spans.stream().anyMatch(span -> span.protector() != null);
    }

    /// Whether some events may be transformed.
    public boolean transforms() {
        return spans.stream().anyMatch(span -> span.transformer() != null);
    }

    /// What protects events received at this time; null: nothing.
    public @Nullable Protector protectorAt(long receivedMs) {
        var span = at(receivedMs);
        return span == null ? null : span.protector();
    }

    /// Where audits of events received at this time go.
    public Set<String> findingsGroups(long receivedMs) {
        var span = at(receivedMs);
        return span == null ? Set.of() : span.findingsGroups();
    }

    /// Whether events received at this time are transformed.
    public boolean transformsAt(long receivedMs) {
        var span = at(receivedMs);
        return span != null && span.transformer() != null;
    }

    private @Nullable Span at(long receivedMs) {
        var low = 0;
        var high = spans.size() - 1;
        while (low <= high) {
            var middle = (low + high) >>> 1;
            if (spans.get(middle).fromMs() <= receivedMs) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? null : spans.get(high);
    }

    /// The message with what is protected masked; null when nothing is.
    public byte @Nullable [] masked(byte[] text, int start, int length, long receivedMs) {
        var protector = protectorAt(receivedMs);
        return protector == null ? null : protector.masked(text, start, length);
    }

    /// The message as it is shown.
    public String shown(byte[] text, int start, int length, long receivedMs) {
        var masked = masked(text, start, length, receivedMs);
        return masked == null
                ? new String(text, start, length, StandardCharsets.UTF_8)
                : new String(masked, StandardCharsets.UTF_8);
    }

    /// What the transformer makes of a message, a JSON object; null when there is none, or it fails.
    ///
    /// @param masked false shows what is protected
    public @Nullable String transformed(
            String message, long receivedMs, String logStream, boolean masked) {
        var span = at(receivedMs);
        if (span == null || span.transformer() == null) {
            return null;
        }
        var source =
                new EventSource(
                        group.tenant().account(), group.tenant().region(), group.name(), logStream);
        var made = span.transformer().apply(message, source);
        if (made == null || !masked || span.protector() == null) {
            return made;
        }
        var bytes = made.getBytes(StandardCharsets.UTF_8);
        return shown(bytes, 0, bytes.length, receivedMs);
    }

    @Override
    public PackedEvents shown(PackedEvents events, long receivedMs) {
        var protector = protectorAt(receivedMs);
        PackedEvents.Builder changed = null;
        for (var i = 0; protector != null && i < events.count(); i++) {
            var start = events.messageStart(i);
            var length = events.messageLength(i);
            var masked = protector.masked(events.bytes(), start, length);
            if (masked != null && changed == null) {
                changed = new PackedEvents.Builder();
                copy(events, i, changed);
            }
            if (changed != null) {
                changed.add(
                        events.timestampMs(i),
                        requireNonNullElse(masked, events.bytes()),
                        masked == null ? start : 0,
                        masked == null ? length : masked.length);
            }
        }
        return changed == null ? events : changed.build();
    }

    private static void copy(PackedEvents events, int until, PackedEvents.Builder into) {
        for (var i = 0; i < until; i++) {
            into.add(
                    events.timestampMs(i),
                    events.bytes(),
                    events.messageStart(i),
                    events.messageLength(i));
        }
    }

    @Override
    public TransformedEvents transformed(PackedEvents events, long receivedMs, String logStream) {
        var shown = shown(events, receivedMs);
        if (!transformsAt(receivedMs)) {
            return new TransformedEvents(shown, 0, 0, 0);
        }
        var made = new PackedEvents.Builder();
        var count = 0;
        var bytes = 0L;
        for (var i = 0; i < events.count(); i++) {
            var text = transformed(events.message(i), receivedMs, logStream, true);
            var utf8 = (text == null ? shown.message(i) : text).getBytes(StandardCharsets.UTF_8);
            made.add(events.timestampMs(i), utf8, 0, utf8.length);
            if (text != null) {
                count++;
                bytes += utf8.length;
            }
        }
        return new TransformedEvents(made.build(), count, bytes, events.count() - count);
    }
}
