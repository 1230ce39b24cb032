package io.pharos.logs.query.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import static java.util.Objects.requireNonNullElse;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.PageToken;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.QueryFault;
import io.pharos.logs.insights.eval.QueryTimes;
import io.pharos.logs.insights.plan.QueryPlan;
import io.pharos.logs.insights.plan.QueryStatistics;
import io.pharos.logs.lookup.LookupTable;
import io.pharos.logs.lookup.pg.PgLookupTables;
import io.pharos.logs.query.FieldIndexes;
import io.pharos.logs.query.QuerySource;
import io.pharos.logs.query.ResultTable;
import io.pharos.logs.query.RunningQuery;
import io.pharos.logs.query.SavedQueryCall;
import io.pharos.logs.query.StoredQuery;
import io.pharos.logs.query.pg.PgQueries;
import io.pharos.logs.query.pg.PgQueryDefinitions;
import io.pharos.logs.query.schedule.QueryRunner;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeQueriesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeQueriesResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetQueryResultsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetQueryResultsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListLogGroupsForQueryRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListLogGroupsForQueryResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryInfo;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryLanguage;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResultField;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartQueryRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartQueryResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.StopQueryRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.StopQueryResponse;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// Queries of Logs Insights, from their start to their results. The language is AWS's own (`CWLI`);
/// OpenSearch's PPL and SQL are refused.
@Singleton
final class QueryApi implements CloudWatchLogsClient {
    private static final int MAX_PAGE = 1_000;
    private static final int MAX_GROUPS_PAGE = 500;
    private static final int LEAST_GROUPS_PAGE = 50;
    private static final long STOP_MS = 900;

    /// How long an answer waits for the end of a query: most are short, and clients ask again seconds later.
    private static final long END_MS = 100;

    private static final String DESCRIBE = "DescribeQueries";
    private static final String LIST = "ListLogGroupsForQuery";

    private final QueryGroups groups;
    private final PgLookupTables lookupTables;
    private final PgQueryDefinitions definitions;
    private final PgQueries queries;
    private final QueryRunner runner;
    private final FieldIndexes indexes;

    QueryApi(
            QueryGroups groups,
            PgLookupTables lookupTables,
            PgQueryDefinitions definitions,
            PgQueries queries,
            QueryRunner runner,
            FieldIndexes indexes) {
        this.groups = groups;
        this.lookupTables = lookupTables;
        this.definitions = definitions;
        this.queries = queries;
        this.indexes = indexes;
        this.runner = runner;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public StartQueryResponse startQuery(StartQueryRequest request) {
        check(request);
        var text = text(request.queryString());
        var query = InsightsQuery.parse(text);
        var meant = groups.of(tenant(), request, query);
        if (!query.isForInfrequentAccess()) {
            meant.forEach(group -> group.requireStandard(LogsError::invalid));
        }
        var source = query.source();
        var from = source == null ? null : source.from();
        var until = source == null ? null : source.until();
        var times =
                new QueryTimes(
                        from == null ? QuerySource.startMs(request.startTime()) : from.at(nowMs()),
                        until == null ? QuerySource.endMs(request.endTime()) : until.at(nowMs()),
                        nowMs(),
                        tenant().region());
        QuerySource.checkRange(times.startMs(), times.endMs());
        var limit = requireNonNullElse(request.limit(), QueryPlan.MAX_ROWS);
        var tenant = tenant();
        var inputs =
                QueryPlan.Inputs.CHECK_ONLY.with(
                        name -> lookupTables.find(tenant, name).map(LookupTable::header));
        var plan = QueryPlan.of(query, times, limit, inputs);
        QuerySource.checkReach(meant, times.endMs(), nowMs());
        var stored =
                new StoredQuery(
                        UUID.randomUUID(),
                        tenant(),
                        text,
                        meant.stream().map(LogGroup::name).toList(),
                        times.startMs(),
                        times.endMs(),
                        QueryStatus.SCHEDULED,
                        nowMs(),
                        nowMs(),
                        QueryStatistics.NONE,
                        Caller.current().principalArn());
        queries.start(stored);
        runner.start(
                new RunningQuery(
                        stored,
                        new RunningQuery.Work(
                                query,
                                plan,
                                limit,
                                meant,
                                inner -> groups.of(tenant, inner),
                                name -> lookupTables.read(tenant, name),
                                indexes,
                                runner.blocks(),
                                runner.threads())));
        return StartQueryResponse.builder().queryId(stored.id().toString()).build();
    }

    /// The query itself, when a saved one is called by its name.
    private String text(String asked) {
        var call = SavedQueryCall.of(asked).orElse(null);
        if (call == null) {
            return asked;
        }
        var found = definitions.named(tenant(), call.name());
        if (found.size() != 1) {
            throw QueryFault.of(
                    (found.isEmpty()
                                    ? "There is no saved query "
                                    : "There are several saved queries ")
                            + call.name());
        }
        return call.expand(found.getFirst(), asked);
    }

    private static void check(StartQueryRequest request) {
        var check = LogConstraints.check().groupName("logGroupName", request.logGroupName());
        check.constraints()
                .required("startTime", request.startTime())
                .required("endTime", request.endTime())
                .required("queryString", request.queryString())
                .length("queryString", request.queryString(), 0, InsightsQuery.MAX_LENGTH);
        check.atLeastZero("startTime", request.startTime())
                .atLeastZero("endTime", request.endTime())
                .limit(request.limit(), QueryPlan.MAX_ROWS);
        for (var name : request.logGroupNames()) {
            check.groupName("logGroupNames", name);
        }
        for (var identifier : request.logGroupIdentifiers()) {
            check.identifier("logGroupIdentifiers", identifier);
        }
        check.orThrow();
        var language = request.queryLanguage();
        if (language != null && language != QueryLanguage.CWLI) {
            throw QueryFault.of(
                    "The query language " + request.queryLanguageAsString() + " is not supported");
        }
    }

    @Override
    public GetQueryResultsResponse getQueryResults(GetQueryResultsRequest request) {
        var id = id(request.queryId());
        var here = runner.find(id).filter(query -> query.stored().tenant().equals(tenant()));
        if (here.isPresent()) {
            var query = here.get();
            awaitEnd(query, END_MS);
            return answer(
                    query.status(),
                    query.statistics(),
                    query.results(),
                    query.stored().groups().size());
        }
        var stored = require(id);
        return answer(
                stored.status(nowMs()),
                stored.statistics(),
                queries.results(id),
                stored.groups().size());
    }

    private static GetQueryResultsResponse answer(
            QueryStatus status, QueryStatistics statistics, ResultTable table, int groups) {
        var results = new ArrayList<List<ResultField>>(table.rows().size());
        for (var row : table.rows()) {
            results.add(fields(table.columns(), row));
        }
        return GetQueryResultsResponse.builder()
                .queryLanguage(QueryLanguage.CWLI)
                .status(status)
                .results(results)
                .statistics(of ->
                        of.recordsMatched((double) statistics.recordsMatched())
                                .recordsScanned((double) statistics.recordsScanned())
                                .bytesScanned((double) statistics.bytesScanned())
                                .estimatedRecordsSkipped((double) statistics.recordsSkipped())
                                .estimatedBytesSkipped((double) statistics.bytesSkipped())
                                .logGroupsScanned((double) groups))
                .build();
    }

    /// AWS: what is missing is left out.
    private static List<ResultField> fields(List<String> columns, List<@Nullable String> row) {
        var fields = new ArrayList<ResultField>(row.size());
        for (var i = 0; i < row.size(); i++) {
            var value = row.get(i);
            if (value != null) {
                fields.add(ResultField.builder().field(columns.get(i)).value(value).build());
            }
        }
        return fields;
    }

    @Override
    public StopQueryResponse stopQuery(StopQueryRequest request) {
        var id = id(request.queryId());
        var stored = require(id);
        var status = stored.status(nowMs());
        if (status != QueryStatus.RUNNING && status != QueryStatus.SCHEDULED) {
            throw LogsError.invalid("Query was not running");
        }
        var here = runner.find(id);
        if (here.isPresent()) {
            here.get().stop(QueryStatus.CANCELLED);
            awaitEnd(here.get(), STOP_MS);
        } else {
            queries.requestStop(id); // seen by its runner's next beat
        }
        return StopQueryResponse.builder().success(true).build();
    }

    private static void awaitEnd(RunningQuery query, long ms) {
        try {
            query.awaitEnd(ms);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public DescribeQueriesResponse describeQueries(DescribeQueriesRequest request) {
        var check = LogConstraints.check().groupName("logGroupName", request.logGroupName());
        check.constraints().range("maxResults", request.maxResults(), 1, MAX_PAGE);
        check.nextToken(request.nextToken()).orThrow();
        var limit = requireNonNullElse(request.maxResults(), MAX_PAGE);
        var language = request.queryLanguage();
        if (language != null && language != QueryLanguage.CWLI) {
            return DescribeQueriesResponse.builder().queries(List.of()).build();
        }
        var beforeMs = Long.MAX_VALUE;
        var before = new UUID(0, 0);
        if (request.nextToken() != null) {
            var place = PageToken.position(request.nextToken(), DESCRIBE, nowMs()).split(" ", 2);
            beforeMs = number(place[0]);
            before = id(place.length > 1 ? place[1] : "");
        }
        var found =
                queries.list(
                        tenant(),
                        request.logGroupName(),
                        request.status(),
                        nowMs(),
                        beforeMs,
                        before,
                        limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        String next = null;
        if (found.size() > limit) {
            var last = page.getLast();
            next = new PageToken(DESCRIBE, nowMs(), last.createdMs() + " " + last.id()).encode();
        }
        return DescribeQueriesResponse.builder()
                .queries(page.stream().map(QueryApi::info).toList())
                .nextToken(next)
                .build();
    }

    private static QueryInfo info(StoredQuery query) {
        var names = query.groups().stream().map(name -> '"' + name + '"').toList();
        var shown =
                query.text().stripLeading().regionMatches(true, 0, "SOURCE", 0, 6)
                        ? query.text()
                        : "SOURCE "
                                + String.join(", ", names)
                                + " START="
                                + query.startMs()
                                + " END="
                                + query.endMs()
                                + " | "
                                + query.text();
        return QueryInfo.builder()
                .queryId(query.id().toString())
                .queryLanguage(QueryLanguage.CWLI)
                .queryString(shown)
                .status(query.status(nowMs()))
                .createTime(query.createdMs())
                .queryDuration(query.durationMs(nowMs()))
                .bytesScanned((double) query.statistics().bytesScanned())
                .userIdentity(query.startedBy())
                .logGroupName(query.groups().isEmpty() ? null : query.groups().getFirst())
                .build();
    }

    @Override
    public ListLogGroupsForQueryResponse listLogGroupsForQuery(
            ListLogGroupsForQueryRequest request) {
        var check = LogConstraints.check();
        check.constraints()
                .range("maxResults", request.maxResults(), LEAST_GROUPS_PAGE, MAX_GROUPS_PAGE);
        check.nextToken(request.nextToken()).orThrow();
        var stored = require(id(request.queryId()));
        var token = request.nextToken();
        var from = token == null ? 0 : number(PageToken.position(token, LIST, nowMs()));
        var limit = requireNonNullElse(request.maxResults(), LEAST_GROUPS_PAGE);
        Function<String, String> arn = name -> stored.tenant().arn("logs", "log-group:" + name);
        var all = stored.groups();
        var page = all.stream().skip(from).limit(limit).map(arn).toList();
        return ListLogGroupsForQueryResponse.builder()
                .logGroupIdentifiers(page)
                .nextToken(
                        from + limit < all.size()
                                ? new PageToken(LIST, nowMs(), "" + (from + limit)).encode()
                                : null)
                .build();
    }

    private StoredQuery require(UUID id) {
        return queries.find(tenant(), id)
                .orElseThrow(() -> LogsError.notFound("Query with id " + id + " was not found"));
    }

    private static UUID id(@Nullable String text) {
        var check = LogConstraints.check();
        check.constraints().required("queryId", text).length("queryId", text, 0, 256);
        check.orThrow();
        try {
            return UUID.fromString(text == null ? "" : text);
        } catch (IllegalArgumentException _) {
            throw LogsError.notFound("Query with id " + text + " was not found");
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw LogsError.badToken();
        }
    }
}
