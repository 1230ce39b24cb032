package io.pharos.logs.insights.eval;

import static java.util.Objects.requireNonNull;

import io.pharos.logs.block.EventTable;
import io.pharos.logs.event.EventId;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// Where a query stands: on an event of a block, or on a row that an earlier segment made. One of them
/// is moved along all rows by one thread; expressions compute what is asked for, when it is asked for.
public final class Row {
    private static final Object UNSET = new Object();
    private static final @Nullable Object[] NONE = {};

    private final @Nullable Object[] memos;
    private final @Nullable FieldScan fields;
    private final @Nullable ColumnFields columnFields;
    private @Nullable Object[] columns = NONE;
    private @Nullable EventBlock block;
    private int event;
    private @Nullable String message;
    private boolean isScanned;
    private boolean isUnmasked;
    private long ordinal;

    /// @param memos how many expressions are kept
    /// @param wanted fields to be discovered in events
    public Row(int memos, DiscoveredFields wanted) {
        this.memos = new Object[memos];
        this.fields = wanted.isEmpty() ? null : new FieldScan(wanted);
        this.columnFields = wanted.isEmpty() ? null : new ColumnFields(wanted);
    }

    /// Moves on to an event.
    public void moveTo(EventBlock to, int index) {
        if (block != to && columnFields != null) {
            columnFields.use(to.fields().fields());
        }
        block = to;
        event = index;
        message = null;
        isScanned = false;
        Arrays.fill(memos, UNSET);
    }

    /// Moves on to a row of an earlier segment.
    ///
    /// @param place its place among them
    public void moveTo(@Nullable Object[] values, long place) {
        columns = values;
        ordinal = place;
        Arrays.fill(memos, UNSET);
    }

    /// Gives a memo its value. What was computed from an earlier one has a higher number, and is
    /// computed again.
    public void set(int slot, @Nullable Object value) {
        Arrays.fill(memos, slot, memos.length, UNSET);
        memos[slot] = value;
    }

    @Nullable Object column(int column) {
        return columns[column];
    }

    @Nullable Object memo(int slot, Eval of) {
        if (isUnmasked) {
            return of.value(this);
        }
        var value = memos[slot];
        if (value == UNSET) {
            value = of.value(this);
            memos[slot] = value;
        }
        return value;
    }

    public boolean isEvent() {
        return block != null;
    }

    public long ordinal() {
        return ordinal;
    }

    private EventBlock block() {
        return requireNonNull(block, "not an event");
    }

    public long timestampMs() {
        return block().events().timestampMs(event);
    }

    long ingestionMs() {
        return block().events().ingestionMs(event);
    }

    public EventId id() {
        return block().events().id(event);
    }

    @Nullable String logStream() {
        return block().streams().get(block().events().streamId(event));
    }

    /// A field of the entity that the event came with.
    @Nullable String entity(String name) {
        var events = block().events();
        return block().entities().of(events.streamId(event), events.batch(event)).get(name);
    }

    String log() {
        return block().log();
    }

    public EventPointer pointer() {
        return new EventPointer(block().groupId(), id());
    }

    String message() {
        var text = message;
        if (text == null) {
            text = new String(text(), start(), length(), StandardCharsets.UTF_8);
            message = text;
        }
        return text;
    }

    byte[] text() {
        return messages().text();
    }

    int start() {
        return messages().messageStart(event);
    }

    int length() {
        return messages().messageLength(event);
    }

    /// All fields that are discovered in the event, by their names.
    Map<String, String> allFields() {
        var texts = isUnmasked ? block().unmaskedFields() : block().fields();
        return EventFields.of(
                new String(
                        texts.text(),
                        texts.messageStart(event),
                        texts.messageLength(event),
                        StandardCharsets.UTF_8));
    }

    private EventTable messages() {
        return isUnmasked ? block().unmasked() : block().events();
    }

    /// What an expression gives on the event as it came, before anything was masked.
    @Nullable Object unmasked(Eval of) {
        if (block == null || isUnmasked) {
            return of.value(this);
        }
        isUnmasked = true;
        message = null;
        isScanned = false;
        try {
            return of.value(this);
        } finally {
            isUnmasked = false;
            message = null;
            isScanned = false;
        }
    }

    /// A field that [DiscoveredFields] names.
    @Nullable String discovered(int field) {
        if (requireNonNull(columnFields, "no fields wanted").tell(field, event)) {
            return columnFields.value(field, event);
        }
        var scan = requireNonNull(fields, "no fields wanted");
        if (!isScanned) {
            var texts = isUnmasked ? block().unmaskedFields() : block().fields();
            var from = texts.messageStart(event);
            scan.read(texts.text(), from, from + texts.messageLength(event));
            isScanned = true;
        }
        return scan.found(field);
    }
}
