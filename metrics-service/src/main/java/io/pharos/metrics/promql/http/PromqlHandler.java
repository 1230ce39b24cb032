package io.pharos.metrics.promql.http;

import io.pharos.kit.http.PathApi;
import io.pharos.kit.http.PathHandler;
import io.pharos.metrics.promql.Budget;
import io.pharos.metrics.promql.Column;
import io.pharos.metrics.promql.Evaluator;
import io.pharos.metrics.promql.Expr;
import io.pharos.metrics.promql.Grid;
import io.pharos.metrics.promql.LabelSet;
import io.pharos.metrics.promql.Matcher;
import io.pharos.metrics.promql.Parser;
import io.pharos.metrics.promql.PromqlException;
import io.pharos.metrics.promql.Value;
import io.pharos.metrics.promql.pg.MetricLabels;
import io.pharos.metrics.promql.pg.PgPromqlSeries;
import io.pharos.metrics.promql.pg.PgSamples;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;
import io.pharos.wire.WireResponse;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// `/api/v1/query`, `/query_range`, `/series`, `/labels` and `/label/<name>/values`: CloudWatch's
/// queries in Prometheus's HTTP API. With `/metadata` and `/status/buildinfo`, which Grafana asks for.
@Singleton
public final class PromqlHandler implements PathHandler {
    /// CloudWatch: series of one answer.
    public static final int MAX_SERIES = 500;

    /// Names and values of one answer.
    static final int MAX_TEXTS = 10_000;

    static final int MAX_POINTS = 11_000;
    private static final int QUERIES_AT_ONCE = 4;
    private static final int PATIENCE_SECONDS = 5;
    private static final String ROOT = "/api/v1/";
    private static final String VALUES = "/values";

    private final Semaphore permits = new Semaphore(QUERIES_AT_ONCE);
    private final PgPromqlSeries series;
    private final PgStatistics statistics;
    private final InstantSource clock;

    @Inject
    public PromqlHandler(PgPromqlSeries series, PgStatistics statistics, InstantSource clock) {
        this.series = series;
        this.statistics = statistics;
        this.clock = clock;
    }

    @Override
    public PathApi api() {
        return PathApi.PROMQL;
    }

    @Override
    public WireResponse answer(WireRequest request) {
        try {
            if (!permits.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw AwsError.throttling("Rate exceeded");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AwsError.throttling("Rate exceeded");
        }
        try {
            return json(200, body(request));
        } catch (PromqlException failure) {
            return json(
                    failure.kind().status(),
                    Answer.error(failure.kind().errorType(), String.valueOf(failure.getMessage())));
        } finally {
            permits.release();
        }
    }

    private static WireResponse json(int status, byte[] body) {
        var headers =
                Headers.builder()
                        .add("Content-Type", "application/json")
                        .add("x-amzn-RequestId", Caller.current().requestId());
        return new WireResponse(status, headers.build(), body);
    }

    private byte[] body(WireRequest request) {
        var path = request.rawPath().substring(ROOT.length());
        var parameters = Parameters.of(request);
        if (path.startsWith("label/") && path.endsWith(VALUES)) {
            var name = path.substring("label/".length(), path.length() - VALUES.length());
            return values(Parameters.decoded(name.replace("+", "%2B")), parameters);
        }
        return switch (path) {
            case "query" -> query(parameters);
            case "query_range" -> range(parameters);
            case "series" -> series(parameters);
            case "labels" -> labels(parameters);
            case "metadata" -> metadata(parameters);
            case "status/buildinfo" -> Answer.buildInformation();
            default ->
                    throw new AwsError(
                            "ResourceNotFoundException", 404, "Pharos does not have this path.");
        };
    }

    private byte[] query(Parameters parameters) {
        var expression = Parser.parse(parameters.required("query"));
        var grid = new Grid(parameters.time("time", now()), 1_000, 1);
        var limit = parameters.limit(MAX_SERIES);
        var budget = new Budget(clock, parameters.timeout());
        var value = evaluated(expression, grid, parameters, budget);
        var warnings = new ArrayList<String>();
        return Answer.instant(
                limited(value, limit, warnings), grid, warnings, told(parameters, budget));
    }

    private static Instant now() {
        return Caller.current().receivedAt();
    }

    private static @Nullable Budget told(Parameters parameters, Budget budget) {
        return parameters.first("stats").isPresent() ? budget : null;
    }

    private Value evaluated(Expr expression, Grid grid, Parameters parameters, Budget budget) {
        var lookback = parameters.duration("lookback_delta").orElse(Evaluator.LOOKBACK_MS);
        if (lookback <= 0) {
            throw Parameters.invalid("lookback_delta", "must be above zero");
        }
        var samples = new PgSamples(series, statistics, Caller.current().tenant(), now());
        return Evaluator.evaluate(expression, grid, lookback, samples, budget);
    }

    private static Value limited(Value value, int limit, List<String> warnings) {
        return switch (value) {
            case Value.Vector(var columns) ->
                    new Value.Vector(
                            first(
                                    columns.stream().filter(c -> c.has(0)).toList(),
                                    limit,
                                    warnings));
            case Value.Matrix(var found) -> new Value.Matrix(first(found, limit, warnings));
            case Value.Scalar scalar -> scalar;
            case Value.Text text -> text;
        };
    }

    private static <T> List<T> first(List<T> all, int limit, List<String> warnings) {
        if (all.size() <= limit) {
            return all;
        }
        warnings.add("results truncated due to limit: %d of more".formatted(limit));
        return all.subList(0, limit);
    }

    private byte[] range(Parameters parameters) {
        var start = parameters.requiredTime("start");
        var end = parameters.requiredTime("end");
        parameters.required("step");
        var step = parameters.duration("step").orElse(0L);
        if (end < start) {
            throw Parameters.invalid("end", "end timestamp must not be before start time");
        }
        if (step <= 0) {
            throw Parameters.invalid(
                    "step",
                    "zero or negative query resolution step widths are not accepted. Try a positive"
                            + " integer");
        }
        if ((end - start) / step >= MAX_POINTS) {
            throw PromqlException.badData(
                    "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the"
                            + " query resolution (?step=XX)");
        }
        var expression = Parser.parse(parameters.required("query"));
        if (!Parser.isForRanges(expression)) {
            throw Parameters.invalid(
                    "query",
                    "invalid expression type \"%s\" for range query, must be Scalar or instant Vector"
                            .formatted(expression.type()));
        }
        var limit = parameters.limit(MAX_SERIES);
        var grid = new Grid(start, step, Math.toIntExact((end - start) / step + 1));
        var budget = new Budget(clock, parameters.timeout());
        var columns =
                switch (evaluated(expression, grid, parameters, budget)) {
                    case Value.Scalar(var numbers) -> List.of(new Column(LabelSet.EMPTY, numbers));
                    case Value.Vector(var found) -> found;
                    default -> throw new IllegalStateException("no such result");
                };
        var warnings = new ArrayList<String>();
        var shown =
                columns.stream()
                        .filter(column -> !column.isEmpty())
                        .sorted(Comparator.comparing(Column::labels))
                        .toList();
        return Answer.range(
                first(shown, limit, warnings), grid, warnings, told(parameters, budget));
    }

    private byte[] series(Parameters parameters) {
        if (parameters.all("match[]").isEmpty()) {
            throw PromqlException.badData("no match[] parameter provided");
        }
        var found = new TreeSet<LabelSet>();
        var limit = parameters.limit(MAX_SERIES);
        var warnings = selected(parameters, limit, found::add);
        return Answer.ofSeries(List.copyOf(found), warnings);
    }

    private byte[] labels(Parameters parameters) {
        var names = new TreeSet<String>();
        var limit = parameters.limit(MAX_TEXTS);
        var warnings =
                selected(
                        parameters,
                        MAX_TEXTS,
                        labels -> labels.forEach((name, _) -> names.add(name)));
        return Answer.ofTexts(first(List.copyOf(names), limit, warnings), warnings);
    }

    private byte[] metadata(Parameters parameters) {
        var limit = parameters.limit(MAX_TEXTS);
        var wanted = parameters.first("metric");
        var names = series.names(Caller.current().tenant(), 0, MAX_TEXTS);
        return Answer.metadata(
                names.stream()
                        .filter(name -> wanted.map(name::equals).orElse(true))
                        .limit(limit)
                        .toList(),
                MetricLabels::isCounter);
    }

    private byte[] values(String label, Parameters parameters) {
        if (label.isEmpty()) {
            throw PromqlException.badData("invalid label name: \"\"");
        }
        var limit = parameters.limit(MAX_TEXTS);
        if (label.equals(LabelSet.NAME) && parameters.all("match[]").isEmpty()) {
            var names = series.names(Caller.current().tenant(), since(parameters), limit + 1);
            var warnings = new ArrayList<String>();
            return Answer.ofTexts(first(names, limit, warnings), warnings);
        }
        var values = new TreeSet<String>();
        var warnings =
                selected(
                        parameters,
                        MAX_TEXTS,
                        labels -> {
                            if (!labels.get(label).isEmpty()) {
                                values.add(labels.get(label));
                            }
                        });
        return Answer.ofTexts(first(List.copyOf(values), limit, warnings), warnings);
    }

    /// Since when series must have been seen; `end` can not be told by the index.
    private static long since(Parameters parameters) {
        return parameters
                .time("start")
                .map(start -> start - PgSamples.INDEX_SLACK.toMillis())
                .orElse(0L);
    }

    /// Shows the series that any `match[]` selects, all without one.
    ///
    /// @return warnings, when there are more
    private List<String> selected(Parameters parameters, int limit, Consumer<LabelSet> sink) {
        var tenant = Caller.current().tenant();
        var selectors = new ArrayList<List<Matcher>>();
        parameters.all("match[]").forEach(text -> selectors.add(Parser.selector(text)));
        if (selectors.isEmpty()) {
            selectors.add(List.of());
        }
        var warnings = new ArrayList<String>();
        var complete = true;
        for (var matchers : selectors) {
            var found = series.find(tenant, matchers, since(parameters), limit);
            complete &= found.complete();
            found.series().forEach(one -> sink.accept(one.labels()));
        }
        if (!complete) {
            warnings.add("results truncated due to limit: %d series looked at".formatted(limit));
        }
        return warnings;
    }
}
