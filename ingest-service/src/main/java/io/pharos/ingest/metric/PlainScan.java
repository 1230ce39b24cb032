package io.pharos.ingest.metric;

import io.pharos.metric.PutMetricDataRules;
import io.pharos.metric.Unit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads PutMetricData requests in JSON where they are plain, as nearly all are: known members, each
/// once, printable ASCII without escapes, one value a datum, nothing that a rule refuses. Makes no
/// object a datum.
///
/// Whatever else it meets, it declines: then nothing is said about the request, and the generic way
/// answers. So it may be stricter than AWS anywhere, and more lenient nowhere. For one thread at a time;
/// holds the request's bytes until
/// [#forget].
public final class PlainScan {
    private static final byte[] NAMESPACE = ascii("Namespace");
    private static final byte[] METRIC_DATA = ascii("MetricData");
    private static final byte[] METRIC_NAME = ascii("MetricName");
    private static final byte[] DIMENSIONS = ascii("Dimensions");
    private static final byte[] TIMESTAMP = ascii("Timestamp");
    private static final byte[] VALUE = ascii("Value");
    private static final byte[] UNIT = ascii("Unit");
    private static final byte[] STORAGE_RESOLUTION = ascii("StorageResolution");
    private static final byte[] NAME = ascii("Name");

    private static final byte[] AWS = ascii("AWS/");

    // ---- what was read ----

    private final PlainTokens in = new PlainTokens();
    private final TextTable texts = new TextTable();
    private long receivedMs;
    private int namespaceFrom = -1;
    private int namespaceTo;
    private int count;
    private final long[] timestampsMs = new long[PutMetricDataRules.MAX_DATUMS];
    private final double[] values = new double[PutMetricDataRules.MAX_DATUMS];
    private final int[] units = new int[PutMetricDataRules.MAX_DATUMS];
    private final boolean[] highResolutions = new boolean[PutMetricDataRules.MAX_DATUMS];
    private final int[] names = new int[PutMetricDataRules.MAX_DATUMS];
    private final int[] sets = new int[PutMetricDataRules.MAX_DATUMS];

    // Sets of dimensions, name and value of each dimension in order; the first is empty.
    private int setCount;
    private final int[] setAt = new int[PutMetricDataRules.MAX_DATUMS + 2];
    private int[] setTexts = new int[PutMetricDataRules.MAX_DATUMS];
    private int lastSetFrom;
    private int lastSetTo;

    // Texts that are known to name a unit.
    private boolean[] isUnit = new boolean[64];

    /// Reads a request whole.
    ///
    /// @param size how many bytes of `json` there are
    /// @return false when it is not plain; then nothing may be asked
    public boolean read(byte[] json, int size, long receivedMs) {
        in.start(json, size);
        texts.start(json);
        this.receivedMs = receivedMs;
        count = 0;
        namespaceFrom = -1;
        setCount = 0;
        lastSetTo = 0;
        lastSetFrom = 0;
        endSet(0);
        Arrays.fill(isUnit, false);
        try {
            request();
            return true;
        } catch (Declined | IndexOutOfBoundsException notPlain) {
            return false;
        }
    }

    /// Lets go of the request's bytes.
    public void forget() {
        in.start(new byte[0], 0);
        texts.start(new byte[0]);
        count = 0;
    }

    /// Datums.
    public int count() {
        return count;
    }

    public String namespace() {
        return in.text(namespaceFrom, namespaceTo);
    }

    byte[] json() {
        return in.json();
    }

    TextTable texts() {
        return texts;
    }

    long timestampMs(int datum) {
        return timestampsMs[datum];
    }

    double value(int datum) {
        return values[datum];
    }

    /// The text of the unit plus 1; 0 for None.
    int unit(int datum) {
        return units[datum];
    }

    boolean isHighResolution(int datum) {
        return highResolutions[datum];
    }

    /// The text of the metric's name.
    int name(int datum) {
        return names[datum];
    }

    /// The number of the datum's set of dimensions. Datums of the same number have the same dimensions;
    /// those of another may have them, too.
    int set(int datum) {
        return sets[datum];
    }

    /// How many sets of dimensions there are.
    int sets() {
        return setCount;
    }

    /// Where a set's texts begin in [#setTexts]: name and value of each dimension, sorted by name.
    int setFrom(int set) {
        return setAt[set];
    }

    int setTo(int set) {
        return setAt[set + 1];
    }

    int[] setTexts() {
        return setTexts;
    }

    // ---- structure ----

    private void request() {
        var hasData = false;
        in.expect('{');
        do {
            in.string();
            if (in.isMember(NAMESPACE) && namespaceFrom < 0) {
                namespaceValue();
            } else if (in.isMember(METRIC_DATA) && !hasData) {
                hasData = true;
                datums();
            } else {
                throw Declined.INSTANCE;
            }
        } while (in.goesOn('}'));
        if (!in.isAtEnd() || namespaceFrom < 0 || count == 0) {
            throw Declined.INSTANCE;
        }
    }

    private void namespaceValue() {
        in.expect(':');
        in.string();
        nonBlank(PutMetricDataRules.MAX_NAME_LENGTH);
        if (in.startsWith(AWS)) {
            throw Declined.INSTANCE;
        }
        namespaceFrom = in.from();
        namespaceTo = in.to();
    }

    private void datums() {
        in.expect(':');
        in.expect('[');
        do {
            if (count == PutMetricDataRules.MAX_DATUMS) {
                throw Declined.INSTANCE;
            }
            datum();
        } while (in.goesOn(']'));
    }

    private static final int HAS_NAME = 1;
    private static final int HAS_DIMENSIONS = 2;
    private static final int HAS_TIMESTAMP = 4;
    private static final int HAS_VALUE = 8;
    private static final int HAS_UNIT = 16;
    private static final int HAS_RESOLUTION = 32;

    private void datum() {
        sets[count] = 0;
        timestampsMs[count] = receivedMs;
        units[count] = 0;
        highResolutions[count] = false;
        var has = 0;
        in.expect('{');
        do {
            in.string();
            has = once(has, member());
        } while (in.goesOn('}'));
        if ((has & (HAS_NAME | HAS_VALUE)) != (HAS_NAME | HAS_VALUE)) {
            throw Declined.INSTANCE;
        }
        count++;
    }

    private static int once(int has, int member) {
        if ((has & member) != 0) {
            throw Declined.INSTANCE;
        }
        return has | member;
    }

    /// Reads the value of the member whose name was read.
    private int member() {
        if (in.isMember(METRIC_NAME)) {
            in.expect(':');
            in.string();
            length(PutMetricDataRules.MAX_NAME_LENGTH);
            names[count] = intern();
            return HAS_NAME;
        }
        if (in.isMember(DIMENSIONS)) {
            in.expect(':');
            sets[count] = dimensions();
            return HAS_DIMENSIONS;
        }
        if (in.isMember(TIMESTAMP)) {
            in.expect(':');
            timestampsMs[count] = timestamp();
            return HAS_TIMESTAMP;
        }
        if (in.isMember(VALUE)) {
            in.expect(':');
            var value = in.number();
            if (!(Math.abs(value) <= PutMetricDataRules.LARGEST)) {
                throw Declined.INSTANCE;
            }
            values[count] = value;
            return HAS_VALUE;
        }
        if (in.isMember(UNIT)) {
            in.expect(':');
            in.string();
            units[count] = unit();
            return HAS_UNIT;
        }
        if (in.isMember(STORAGE_RESOLUTION)) {
            in.expect(':');
            highResolutions[count] = resolution();
            return HAS_RESOLUTION;
        }
        throw Declined.INSTANCE;
    }

    /// The same bytes as the last time mean the same dimensions: metrics of one thing mostly follow each
    /// other.
    private int dimensions() {
        if (in.repeats(lastSetFrom, lastSetTo)) {
            return setCount - 1;
        }
        var from = in.at();
        in.expect('[');
        if (in.takes(']')) {
            return 0;
        }
        var first = setAt[setCount];
        var dimensions = 0;
        do {
            if (dimensions == PutMetricDataRules.MAX_DIMENSIONS) {
                throw Declined.INSTANCE;
            }
            dimension(first, dimensions++);
        } while (in.goesOn(']'));
        endSet(first + 2 * dimensions);
        lastSetFrom = from;
        lastSetTo = in.at();
        return setCount - 1;
    }

    private void endSet(int to) {
        setCount++;
        setAt[setCount] = to;
    }

    /// Name and value in either order.
    private void dimension(int first, int index) {
        var name = -1;
        var value = -1;
        in.expect('{');
        do {
            in.string();
            if (in.isMember(NAME) && name < 0) {
                in.expect(':');
                in.string();
                nonBlank(PutMetricDataRules.MAX_NAME_LENGTH);
                if (in.first() == ':') {
                    throw Declined.INSTANCE;
                }
                name = intern();
            } else if (in.isMember(VALUE) && value < 0) {
                in.expect(':');
                in.string();
                nonBlank(PutMetricDataRules.MAX_DIMENSION_VALUE_LENGTH);
                value = intern();
            } else {
                throw Declined.INSTANCE;
            }
        } while (in.goesOn('}'));
        if (name < 0 || value < 0) {
            throw Declined.INSTANCE;
        }
        insert(first, index, name, value);
    }

    /// Among the dimensions before it, by name.
    private void insert(int first, int index, int name, int value) {
        room(first + 2 * index + 2);
        var to = index;
        for (; to > 0; to--) {
            var order = texts.compare(setTexts[first + 2 * to - 2], name);
            if (order == 0) {
                throw Declined.INSTANCE;
            }
            if (order < 0) {
                break;
            }
            setTexts[first + 2 * to] = setTexts[first + 2 * to - 2];
            setTexts[first + 2 * to + 1] = setTexts[first + 2 * to - 1];
        }
        setTexts[first + 2 * to] = name;
        setTexts[first + 2 * to + 1] = value;
    }

    private void room(int needed) {
        if (needed > setTexts.length) {
            setTexts = Arrays.copyOf(setTexts, Math.max(needed, 2 * setTexts.length));
        }
    }

    // ---- values ----

    /// AWS rounds to milliseconds.
    private long timestamp() {
        var seconds = in.number();
        if (!(seconds >= 0 && seconds <= 1e11)) {
            throw Declined.INSTANCE;
        }
        var ms = Math.round(seconds * 1000);
        if (ms < receivedMs - PutMetricDataRules.OLDEST.toMillis()
                || ms > receivedMs + PutMetricDataRules.NEWEST.toMillis()) {
            throw Declined.INSTANCE;
        }
        return ms;
    }

    private int unit() {
        if (in.length() == 0) {
            throw Declined.INSTANCE;
        }
        var text = intern();
        if (text >= isUnit.length) {
            isUnit = Arrays.copyOf(isUnit, 2 * text);
        }
        if (!isUnit[text]) {
            var unit = Unit.named(in.text());
            if (unit == null) {
                throw Declined.INSTANCE;
            }
            isUnit[text] = true;
        }
        return isNone() ? 0 : text + 1;
    }

    private boolean isNone() {
        return in.length() == 4 && in.first() == 'N';
    }

    private boolean resolution() {
        var seconds = in.number();
        if (seconds != 1 && seconds != 60) {
            throw Declined.INSTANCE;
        }
        return seconds == 1;
    }

    private void length(int most) {
        var length = in.length();
        if (length == 0 || length > most) {
            throw Declined.INSTANCE;
        }
    }

    /// Not blank, and no space in front: that is rare enough.
    private void nonBlank(int most) {
        length(most);
        if (in.first() == ' ') {
            throw Declined.INSTANCE;
        }
    }

    private int intern() {
        return texts.intern(in.from(), in.to());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
