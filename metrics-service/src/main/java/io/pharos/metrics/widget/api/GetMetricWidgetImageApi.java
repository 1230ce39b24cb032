package io.pharos.metrics.widget.api;

import io.pharos.kit.OwnerClients;
import io.pharos.metrics.math.MathFunction;
import io.pharos.metrics.query.api.GetMetricDataApi;
import io.pharos.metrics.widget.AlarmWidget;
import io.pharos.metrics.widget.Line;
import io.pharos.metrics.widget.Widget;
import io.pharos.metrics.widget.Widget.Row;
import io.pharos.metrics.widget.WidgetImage;
import io.pharos.metrics.widget.WidgetParser;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricWidgetImageRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricWidgetImageResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

/// GetMetricWidgetImage: a widget's data by GetMetricData, drawn. Few are drawn at a time; who waits too
/// long is throttled.
@Singleton
public final class GetMetricWidgetImageApi implements CloudWatchClient {
    private static final List<String> FORMATS = List.of("png", "image/png");
    private static final int MAX_DRAWN_AT_ONCE = 2;
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    /// Pages of 100,800 datapoints.
    private static final int MAX_PAGES = 5;

    private static final int BAND_COLOR = 0x7f7f7f;
    private static final String SELF = "metrics.amazonaws.com";
    private static final Pattern ALARM_ARN =
            Pattern.compile(
                    "arn:aws[a-z-]*:cloudwatch:(?<region>[a-z0-9-]+):(?<account>\\d{12}):alarm:(?<name>.+)");

    private final Semaphore permits = new Semaphore(MAX_DRAWN_AT_ONCE, true);

    private final GetMetricDataApi data;
    private final Function<Tenant, CloudWatchClient> alarms;

    @Inject
    public GetMetricWidgetImageApi(GetMetricDataApi data, OwnerClients clients) {
        this(data, tenant -> clients.alarms(tenant, SELF));
    }

    /// @param alarms the API of a tenant's alarms
    public GetMetricWidgetImageApi(
            GetMetricDataApi data, Function<Tenant, CloudWatchClient> alarms) {
        this.data = data;
        this.alarms = alarms;
        // No screen is needed, nor looked for.
        System.setProperty("java.awt.headless", "true");
    }

    @Override
    public GetMetricWidgetImageResponse getMetricWidgetImage(GetMetricWidgetImageRequest request) {
        var text = request.metricWidget();
        Constraints.check().required("metricWidget", text).orThrow();
        if (text.getBytes(StandardCharsets.UTF_8).length > WidgetParser.MAX_BYTES) {
            throw invalid("The value for parameter MetricWidget is larger than 100 KB.");
        }
        if (request.outputFormat() != null && !FORMATS.contains(request.outputFormat())) {
            throw invalid(
                    "The value "
                            + request.outputFormat()
                            + " for parameter OutputFormat is not supported.");
        }
        var caller = Caller.current();
        var given = WidgetParser.parse(text, caller.receivedAt());
        acquire();
        try {
            var arn = given.alarm();
            var widget = arn == null ? given : ofAlarm(given, arn, caller);
            var lines =
                    ScopedValue.where(Caller.SCOPE, in(widget, caller)).call(() -> lines(widget));
            return GetMetricWidgetImageResponse.builder()
                    .metricWidgetImage(SdkBytes.fromByteArrayUnsafe(WidgetImage.png(widget, lines)))
                    .build();
        } finally {
            permits.release();
        }
    }

    /// The widget with what its alarm watches.
    private Widget ofAlarm(Widget widget, String arn, Caller caller) {
        var parts = ALARM_ARN.matcher(arn);
        if (!parts.matches()) {
            throw mistake("annotations.alarms should be the ARN of an alarm");
        }
        if (!parts.group("account").equals(caller.tenant().account())) {
            throw mistake("alarms of other accounts are not supported");
        }
        var owner = tenant(caller, parts.group("region"));
        var found =
                alarms.apply(owner)
                        .describeAlarms(r ->
                                r.alarmNames(parts.group("name"))
                                        .alarmTypes(AlarmType.METRIC_ALARM))
                        .metricAlarms();
        if (found.isEmpty()) {
            throw mistake("there is no metric alarm " + arn);
        }
        return AlarmWidget.of(widget, found.getFirst(), owner.region())
                .orElseThrow(() -> mistake("the alarm " + arn + " has no metric to be drawn"));
    }

    private void acquire() {
        try {
            if (!permits.tryAcquire(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw AwsError.throttling("Rate exceeded");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw AwsError.throttling("Rate exceeded");
        }
    }

    /// The caller in the widget's region.
    private static Caller in(Widget widget, Caller caller) {
        var region = widget.region();
        if (region == null || region.equals(caller.tenant().region())) {
            return caller;
        }
        return new Caller(
                tenant(caller, region),
                caller.accessKeyId(),
                caller.principalArn(),
                caller.requestId(),
                caller.receivedAt(),
                caller.sourceIp(),
                caller.userAgent());
    }

    private static Tenant tenant(Caller caller, String region) {
        try {
            return new Tenant(caller.tenant().account(), region);
        } catch (IllegalArgumentException noRegion) {
            throw mistake("region is unknown");
        }
    }

    /// Whose metrics the rows of other regions are about.
    private static Map<String, Tenant> elsewhere(Widget widget) {
        var elsewhere = new HashMap<String, Tenant>();
        for (var row : widget.rows()) {
            var region = row.region();
            if (region != null) {
                elsewhere.put(row.id(), tenant(Caller.current(), region));
            }
        }
        return elsewhere;
    }

    private List<Line> lines(Widget widget) {
        if (widget.rows().stream().noneMatch(Row::visible)) {
            return List.of();
        }
        var request =
                GetMetricDataRequest.builder()
                        .metricDataQueries(
                                widget.rows().stream().map(GetMetricWidgetImageApi::query).toList())
                        .startTime(widget.start())
                        .endTime(widget.end())
                        .scanBy(ScanBy.TIMESTAMP_ASCENDING)
                        .labelOptions(o -> o.timezone(offset(widget)));
        var elsewhere = elsewhere(widget);
        var found = new LinkedHashMap<String, Found>();
        String token = null;
        for (var page = 0; page < MAX_PAGES; page++) {
            var answer = data.getMetricData(request.nextToken(token).build(), elsewhere);
            add(found, answer.metricDataResults());
            token = answer.nextToken();
            if (token == null) {
                return lines(widget, found);
            }
        }
        throw invalid(
                "The widget has too many datapoints. Increase the period or decrease the time"
                        + " range.");
    }

    private static String offset(Widget widget) {
        var seconds = widget.timezone().getTotalSeconds();
        var size = Math.abs(seconds);
        return "%s%02d%02d".formatted(seconds < 0 ? "-" : "+", size / 3600, size / 60 % 60);
    }

    /// A result of GetMetricData, its pages put together.
    private record Found(String id, String label, List<Line.At> points) {}

    /// Results of one query have its id; among them the label tells, and else their order.
    private static void add(Map<String, Found> found, List<MetricDataResult> results) {
        var seen = new HashMap<String, Integer>();
        for (var result : results) {
            var name = result.id() + "\0" + result.label();
            var key = name + "\0" + seen.merge(name, 1, Integer::sum);
            var points =
                    found.computeIfAbsent(
                                    key,
                                    _ -> new Found(result.id(), result.label(), new ArrayList<>()))
                            .points();
            for (var i = 0; i < result.values().size(); i++) {
                points.add(
                        new Line.At(
                                result.timestamps().get(i).getEpochSecond(),
                                result.values().get(i)));
            }
        }
    }

    private static List<Line> lines(Widget widget, Map<String, Found> found) {
        var rows = new HashMap<String, Row>();
        widget.rows().forEach(row -> rows.put(row.id(), row));
        var now = Caller.current().receivedAt();
        var lines = new ArrayList<Line>();
        for (var one : found.values()) {
            var row = rows.get(one.id());
            if (row != null) {
                var color = row.color();
                var edges = edges(widget, row, found.values());
                if (edges != null) {
                    if (one == edges.getFirst()) {
                        lines.add(band(row, edges));
                    }
                    continue;
                }
                lines.add(
                        new Line(
                                one.label(),
                                color == null ? WidgetImage.color(lines.size()) : color,
                                row.onRight(),
                                complete(widget, row, one.points(), now)));
            }
        }
        return lines;
    }

    /// The two edges of the row's band; null when it is none, or drawn as other lines are.
    private static @Nullable List<Found> edges(Widget widget, Row row, Collection<Found> found) {
        var expression = row.expression();
        if (widget.view() != Widget.View.TIME_SERIES
                || widget.stacked()
                || expression == null
                || !expression.strip().startsWith(MathFunction.ANOMALY_DETECTION_BAND.name())) {
            return null;
        }
        var edges = found.stream().filter(one -> one.id().equals(row.id())).toList();
        return edges.size() == 2 ? edges : null;
    }

    /// AWS: grey unless the row says another colour; what is expected of times to come is shown.
    private static Line band(Row row, List<Found> edges) {
        var label = row.label();
        var color = row.color();
        return new Line(
                label == null ? row.id() : label,
                color == null ? BAND_COLOR : color,
                row.onRight(),
                edges.get(0).points(),
                edges.get(1).points());
    }

    /// AWS: without liveData the period that still lasts is not shown.
    private static List<Line.At> complete(
            Widget widget, Row row, List<Line.At> points, Instant now) {
        var isLast =
                !widget.liveData()
                        && points.size() > 1
                        && points.getLast().startS() + row.periodS() > now.getEpochSecond();
        return isLast ? points.subList(0, points.size() - 1) : points;
    }

    private static MetricDataQuery query(Row row) {
        var query =
                MetricDataQuery.builder().id(row.id()).label(row.label()).returnData(row.visible());
        var expression = row.expression();
        if (expression != null) {
            return query.expression(expression).period(row.periodS()).build();
        }
        var dimensions = new ArrayList<Dimension>();
        for (var i = 2; i < row.cells().size(); i += 2) {
            dimensions.add(
                    Dimension.builder()
                            .name(row.cells().get(i))
                            .value(row.cells().get(i + 1))
                            .build());
        }
        return query.metricStat(s ->
                        s.stat(row.stat())
                                .period(row.periodS())
                                .unit(row.unit())
                                .metric(m ->
                                        m.namespace(row.cells().get(0))
                                                .metricName(row.cells().get(1))
                                                .dimensions(dimensions)))
                .build();
    }

    private static InvalidParameterValueException mistake(String why) {
        return invalid("The value for parameter MetricWidget is invalid: " + why + ".");
    }

    private static InvalidParameterValueException invalid(String message) {
        return InvalidParameterValueException.builder().message(message).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
