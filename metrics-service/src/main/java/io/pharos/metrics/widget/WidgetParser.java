package io.pharos.metrics.widget;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.widget.Widget.Annotation;
import io.pharos.metrics.widget.Widget.Axis;
import io.pharos.metrics.widget.Widget.Legend;
import io.pharos.metrics.widget.Widget.Row;
import io.pharos.metrics.widget.Widget.View;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/// From the JSON of `MetricWidget` to a [Widget]. AWS: "GetMetricWidgetImage: Metric Widget Structure
/// and Syntax". What AWS does not know either is ignored; what Pharos does not draw is refused.
public final class WidgetParser {
    public static final int MAX_BYTES = 100 << 10;
    static final int MAX_ROWS = 100;
    static final int MAX_SIZE = 2_000;
    private static final int MAX_CELLS = 2 + 2 * 30;
    private static final int MAX_ANNOTATIONS = 100;
    private static final int DEFAULT_PERIOD_S = 300;

    /// Longer than anything is kept.
    private static final Duration OLDEST = Duration.ofDays(731);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode root;
    private final Instant now;
    private final Instant start;
    private final Instant end;
    private final boolean wholeRange;

    private WidgetParser(JsonNode root, Instant now) {
        this.root = root;
        this.now = now;
        this.start = time("start", "-PT3H");
        this.end = time("end", "PT0H");
        this.wholeRange = flag(root, "setPeriodToTimeRange");
        if (!start.isBefore(end)) {
            throw invalid("start must be before end");
        }
        if (Duration.between(start, now).compareTo(OLDEST) > 0
                || Duration.between(now, end).compareTo(OLDEST) > 0) {
            throw invalid("start and end should be less than two years away");
        }
    }

    /// @throws InvalidParameterValueException for everything else than a widget
    public static Widget parse(String text, Instant now) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            throw invalid("it is not valid JSON");
        }
        if (root == null || !root.isObject()) {
            throw invalid("it is not a JSON object");
        }
        try {
            return new WidgetParser(root, now).widget();
        } catch (DateTimeException | ArithmeticException outOfRange) {
            throw invalid("a time is out of range");
        }
    }

    private Widget widget() {
        var alarm = alarm();
        return new Widget(
                alarm == null ? rows() : List.of(),
                view(),
                flag(root, "stacked"),
                word(root, "theme", "light", List.of("light", "dark")).equals("dark"),
                flag(root, "liveData"),
                flag(root, "sparkline"),
                flag(root, "singleValueFullPrecision"),
                Legend.valueOf(
                        word(
                                        root.path("legend"),
                                        "position",
                                        "bottom",
                                        List.of("bottom", "right", "hidden"))
                                .toUpperCase(Locale.ROOT)),
                text(root, "title", ""),
                whole(root, "width", 600, 1, MAX_SIZE),
                whole(root, "height", 400, 1, MAX_SIZE),
                start,
                end,
                zone(),
                root.has("region") ? text(root, "region", "") : null,
                axis("left"),
                axis("right"),
                annotations(),
                alarm);
    }

    /// One alarm instead of metrics. AWS: "annotations.alarms" of a dashboard's metric widget.
    private @Nullable String alarm() {
        var alarms = root.path("annotations").path("alarms");
        if (alarms.isMissingNode()) {
            return null;
        }
        if (!alarms.isArray() || alarms.size() != 1 || !alarms.get(0).isTextual()) {
            throw invalid("annotations.alarms should be an array of one ARN");
        }
        if (!root.path("metrics").isEmpty()) {
            throw invalid("metrics and annotations.alarms exclude each other");
        }
        return alarms.get(0).textValue();
    }

    private View view() {
        return switch (word(
                root, "view", "timeSeries", List.of("timeSeries", "bar", "pie", "singleValue"))) {
            case "bar" -> View.BAR;
            case "pie" -> View.PIE;
            case "singleValue" -> View.SINGLE_VALUE;
            default -> View.TIME_SERIES;
        };
    }

    private List<Row> rows() {
        var metrics = root.path("metrics");
        if (!metrics.isArray() || metrics.isEmpty()) {
            throw invalid("it should have at least one metric in metrics");
        }
        if (metrics.size() > MAX_ROWS) {
            throw invalid("metrics should NOT have more than " + MAX_ROWS + " items");
        }
        var taken = new HashSet<String>();
        metrics.forEach(row -> taken.add(row.path(row.size() - 1).path("id").asText()));
        var rows = new ArrayList<Row>(metrics.size());
        List<String> above = List.of();
        for (var row : metrics) {
            if (!row.isArray() || row.isEmpty()) {
                throw invalid("a metric should be an array of cells");
            }
            var last = row.get(row.size() - 1);
            var hasOptions = last.isObject();
            var options = hasOptions ? last : JSON.createObjectNode();
            var given = new ArrayList<String>();
            for (var i = 0; i < row.size() - (hasOptions ? 1 : 0); i++) {
                if (!row.get(i).isTextual() || i >= MAX_CELLS) {
                    throw invalid("a cell of a metric should be a string");
                }
                given.add(row.get(i).textValue());
            }
            var cells = repeated(given, above);
            var id = "w" + rows.size();
            while (!taken.add(id)) {
                id += "_";
            }
            rows.add(row(options, cells, text(options, "id", id)));
            above = cells.isEmpty() ? above : cells;
        }
        return rows;
    }

    /// `"..."` stands for as many leading cells of the row above as make it as long; `"."` for the
    /// cell above.
    private static List<String> repeated(List<String> given, List<String> above) {
        var cells = new ArrayList<String>();
        for (var cell : given) {
            if (cell.equals("...")) {
                var count = above.size() - (given.size() - 1);
                if (!cells.isEmpty() || count < 0) {
                    throw invalid("\"...\" has nothing to repeat");
                }
                cells.addAll(above.subList(0, count));
            } else if (cell.equals(".")) {
                if (cells.size() >= above.size()) {
                    throw invalid("\".\" has nothing to repeat");
                }
                cells.add(above.get(cells.size()));
            } else {
                cells.add(cell);
            }
        }
        return cells;
    }

    private Row row(JsonNode options, List<String> cells, String id) {
        var expression = options.has("expression") ? text(options, "expression", "") : null;
        if ((expression == null) == cells.isEmpty()) {
            throw invalid("a metric should have cells or an expression");
        }
        if (!cells.isEmpty() && (cells.size() < 2 || cells.size() % 2 != 0)) {
            throw invalid("a metric should have a namespace, a name and pairs of dimensions");
        }
        if (options.has("accountId")) {
            throw invalid("metrics of other accounts are not supported");
        }
        return new Row(
                id,
                options.has("region") ? text(options, "region", "") : null,
                cells,
                expression,
                options.has("label") ? text(options, "label", "") : null,
                text(options, "stat", text(root, "stat", "Average")),
                null,
                period(options),
                !options.has("visible") || flag(options, "visible"),
                word(options, "yAxis", "left", List.of("left", "right")).equals("right"),
                color(options));
    }

    /// What is asked for; where nothing is, the default or what AWS keeps of times that old.
    private int period(JsonNode options) {
        if (wholeRange) {
            var range = Duration.between(start, end).toSeconds();
            return (int) Math.min(Integer.MAX_VALUE / 60 * 60, Math.ceilDiv(range, 60) * 60);
        }
        var from = options.has("period") ? options : root;
        var period = whole(from, "period", DEFAULT_PERIOD_S, 1, 86_400 * 365);
        if (!PeriodGrid.isPeriod(period)) {
            throw invalid("period should be 1, 5, 10, 20, 30 or a multiple of 60");
        }
        var age = Duration.between(start, now);
        if (age.compareTo(Duration.ofDays(63)) > 0) {
            return Math.ceilDiv(period, 3_600) * 3_600;
        }
        return age.compareTo(Duration.ofDays(15)) > 0 ? Math.ceilDiv(period, 300) * 300 : period;
    }

    private Axis axis(String side) {
        var axis = root.path("yAxis").path(side);
        return new Axis(
                number(axis, "min"),
                number(axis, "max"),
                axis.has("label") ? text(axis, "label", "") : null);
    }

    private List<Annotation> annotations() {
        var annotations = new ArrayList<Annotation>();
        for (var kind : List.of("horizontal", "vertical")) {
            for (var one : root.path("annotations").path(kind)) {
                var first = one.isArray() ? one.path(0) : one;
                if (annotations.size() >= MAX_ANNOTATIONS) {
                    throw invalid("there are too many annotations");
                }
                if (!first.has("visible") || flag(first, "visible")) {
                    var isHorizontal = kind.equals("horizontal");
                    annotations.add(
                            new Annotation(
                                    isHorizontal,
                                    place(first, isHorizontal),
                                    one.isArray() ? place(one.path(1), isHorizontal) : null,
                                    first.has("label") ? text(first, "label", "") : null,
                                    color(first),
                                    text(first, "fill", "none"),
                                    text(first, "yAxis", "left").equals("right")));
                }
            }
        }
        return annotations;
    }

    private static double place(JsonNode annotation, boolean isHorizontal) {
        var value = annotation.path("value");
        if (isHorizontal && value.isNumber() && Double.isFinite(value.doubleValue())) {
            return value.doubleValue();
        }
        if (!isHorizontal && value.isTextual()) {
            return instant(value.textValue()).toEpochMilli();
        }
        throw invalid("an annotation should have a value");
    }

    /// `-PT3H`, `-P7D`, `PT0H`, or a time.
    private Instant time(String member, String otherwise) {
        var text = text(root, member, otherwise);
        if (!text.startsWith("-P") && !text.startsWith("P")) {
            return instant(text);
        }
        try {
            return now.plus(Duration.parse(text));
        } catch (DateTimeException longer) {
            try {
                return now.atOffset(ZoneOffset.UTC).plus(Period.parse(text)).toInstant();
            } catch (DateTimeException wrong) {
                throw invalid(member + " should be a time or a duration");
            }
        }
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException wrong) {
            throw invalid("\"" + text + "\" should be a time");
        }
    }

    private ZoneOffset zone() {
        var text = text(root, "timezone", "+0000");
        try {
            return ZoneOffset.of(text);
        } catch (DateTimeException wrong) {
            throw invalid("timezone should be like +0130");
        }
    }

    private static @Nullable Integer color(JsonNode node) {
        if (!node.has("color")) {
            return null;
        }
        var text = text(node, "color", "");
        if (!text.matches("#[0-9a-fA-F]{6}")) {
            throw invalid("color should be like #1f77b4");
        }
        return Integer.parseInt(text.substring(1), 16);
    }

    private static @Nullable Double number(JsonNode node, String member) {
        var value = node.path(member);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw invalid(member + " should be a number");
        }
        return value.doubleValue();
    }

    private static int whole(JsonNode node, String member, int otherwise, int least, int most) {
        var value = number(node, member);
        if (value == null) {
            return otherwise;
        }
        if (value != Math.rint(value) || value < least || value > most) {
            throw invalid(member + " should be " + least + " to " + most);
        }
        return value.intValue();
    }

    private static String text(JsonNode node, String member, String otherwise) {
        var value = node.path(member);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw invalid(member + " should be a string");
        }
        return value.textValue();
    }

    private static String word(JsonNode node, String member, String otherwise, List<String> words) {
        var word = text(node, member, otherwise);
        if (!words.contains(word)) {
            throw invalid(member + " should be one of " + words);
        }
        return word;
    }

    private static boolean flag(JsonNode node, String member) {
        var value = node.path(member);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw invalid(member + " should be a boolean");
        }
        return value.booleanValue();
    }

    private static InvalidParameterValueException invalid(String why) {
        return InvalidParameterValueException.builder()
                .message("The value for parameter MetricWidget is invalid: " + why + ".")
                .build();
    }
}
