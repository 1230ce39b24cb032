package io.pharos.logs.read.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import static java.util.Objects.requireNonNullElse;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.PageToken;
import io.pharos.logs.event.EventId;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.logs.read.EventPage;
import io.pharos.logs.read.EventQuery;
import io.pharos.logs.read.EventQuery.MessageView;
import io.pharos.logs.read.FoundEvent;
import io.pharos.logs.read.pg.EventReader;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.logs.view.pg.EventViews;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Reading events: GetLogEvents of one stream, FilterLogEvents over the streams of a group.
///
/// What is protected is masked, unless `unmask` is asked for: whether the caller may is the front door's
/// to tell. `interleaved` is always true, as in AWS.
@Singleton
final class LogEventApi implements CloudWatchLogsClient {
    private static final int MAX_PAGE = 10_000;
    private static final int MAX_STREAM_NAMES = 100;
    private static final String FILTER = "FilterLogEvents";

    private final PgLogGroups groups;
    private final PgLogStreams streams;
    private final EventReader events;
    private final EventViews views;

    LogEventApi(PgLogGroups groups, PgLogStreams streams, EventReader events, EventViews views) {
        this.groups = groups;
        this.streams = streams;
        this.events = events;
        this.views = views;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public GetLogEventsResponse getLogEvents(GetLogEventsRequest request) {
        LogConstraints.check()
                .groupName("logGroupName", request.logGroupName())
                .identifier("logGroupIdentifier", request.logGroupIdentifier())
                .requiredStreamName(request.logStreamName())
                .atLeastZero("startTime", request.startTime())
                .atLeastZero("endTime", request.endTime())
                .limit(request.limit(), MAX_PAGE)
                .nextToken(request.nextToken())
                .orThrow();
        var name =
                LogGroupArn.nameOfEither(
                        tenant(), request.logGroupName(), request.logGroupIdentifier());
        var token = request.nextToken() == null ? null : StreamToken.parse(request.nextToken());
        var group = groups.require(tenant(), name).requireStandard(LogsError::invalid);
        var stream =
                streams.find(group.id(), request.logStreamName())
                        .orElseThrow(LogsError::noSuchStream);
        var start = time(request.startTime(), 0);
        // AWS: the end is exclusive here, inclusive in FilterLogEvents.
        var until = time(request.endTime(), EventId.MAX_TIMESTAMP_MS + 1) - 1;
        var onward = token == null ? Boolean.TRUE.equals(request.startFromHead()) : token.onward();
        var boundary =
                token == null ? EventId.atTime(onward ? start : until + 1) : token.boundary();
        var query =
                new EventQuery(
                        group.id(),
                        visibleFrom(group, start),
                        until,
                        onward,
                        boundary,
                        Set.of(stream.id()),
                        stream.name()::equals,
                        _ -> true,
                        List.of(),
                        requireNonNullElse(request.limit(), MAX_PAGE),
                        view(group, request.unmask()));
        // The first page of an empty range: events that come later are onward from its start.
        var empty = token == null ? EventId.atTime(start) : boundary;
        return answer(events.read(query), empty);
    }

    private static GetLogEventsResponse answer(EventPage page, EventId empty) {
        var found = page.events();
        var forward = found.isEmpty() ? empty : found.getLast().id().next();
        var backward = found.isEmpty() ? empty : found.getFirst().id();
        var next = page.next();
        if (found.isEmpty() && next != null) {
            // Nothing yet, but the end is not reached: AWS gives such pages, too.
            forward = next;
            backward = next;
        }
        return GetLogEventsResponse.builder()
                .events(found.stream().map(LogEventApi::output).toList())
                .nextForwardToken(new StreamToken(true, forward).toString())
                .nextBackwardToken(new StreamToken(false, backward).toString())
                .build();
    }

    private static OutputLogEvent output(FoundEvent event) {
        return OutputLogEvent.builder()
                .timestamp(event.id().timestampMs())
                .message(event.message())
                .ingestionTime(event.id().ingestionMs())
                .build();
    }

    @Override
    public FilterLogEventsResponse filterLogEvents(FilterLogEventsRequest request) {
        checkFilter(request);
        var name =
                LogGroupArn.nameOfEither(
                        tenant(), request.logGroupName(), request.logGroupIdentifier());
        var pattern = FilterPattern.parse(requireNonNullElse(request.filterPattern(), ""));
        var start = time(request.startTime(), 0);
        var until = time(request.endTime(), EventId.MAX_TIMESTAMP_MS);
        var boundary = boundary(request.nextToken(), start);
        var group = groups.require(tenant(), name).requireStandard(LogsError::invalid);
        var view = view(group, request.unmask());
        // Stars are in no block.
        var texts = view == MessageView.PLAIN ? pattern.requiredTexts() : List.<String>of();
        var query =
                new EventQuery(
                        group.id(),
                        visibleFrom(group, start),
                        until,
                        true,
                        boundary,
                        streamIds(group, request),
                        streamNames(request),
                        pattern::matches,
                        texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList(),
                        requireNonNullElse(request.limit(), MAX_PAGE),
                        view);
        var page = events.read(query);
        var next = page.next();
        return FilterLogEventsResponse.builder()
                .events(page.events().stream().map(LogEventApi::filtered).toList())
                .searchedLogStreams(List.of())
                .nextToken(
                        next == null
                                ? null
                                : new PageToken(FILTER, nowMs(), next.toString()).encode())
                .build();
    }

    private MessageView view(LogGroup group, @Nullable Boolean unmask) {
        if (Boolean.TRUE.equals(unmask)) {
            return MessageView.PLAIN;
        }
        var view = views.of(group);
        return view.masks() ? view::shown : MessageView.PLAIN;
    }

    private static void checkFilter(FilterLogEventsRequest request) {
        var check =
                LogConstraints.check()
                        .groupName("logGroupName", request.logGroupName())
                        .identifier("logGroupIdentifier", request.logGroupIdentifier())
                        .streamName("logStreamNamePrefix", request.logStreamNamePrefix())
                        .atLeastZero("startTime", request.startTime())
                        .atLeastZero("endTime", request.endTime())
                        .limit(request.limit(), MAX_PAGE)
                        .nextToken(request.nextToken());
        check.constraints()
                .size(
                        "logStreamNames",
                        request.hasLogStreamNames() ? request.logStreamNames() : null,
                        1,
                        MAX_STREAM_NAMES);
        for (var stream : request.logStreamNames()) {
            check.streamName("logStreamNames", stream);
        }
        check.orThrow();
        if (request.hasLogStreamNames() && request.logStreamNamePrefix() != null) {
            throw LogsError.invalid(
                    "LogStream names and LogStream name prefix are mutually exclusive parameters.");
        }
    }

    private static EventId boundary(@Nullable String token, long start) {
        if (token == null) {
            return EventId.atTime(start);
        }
        try {
            return EventId.parse(PageToken.position(token, FILTER, nowMs()));
        } catch (IllegalArgumentException notOurs) {
            throw LogsError.badToken();
        }
    }

    private @Nullable Set<Long> streamIds(LogGroup group, FilterLogEventsRequest request) {
        if (!request.hasLogStreamNames()) {
            return null;
        }
        var wanted = new HashSet<>(request.logStreamNames());
        var ids = streams.ids(group.id(), wanted);
        if (ids.size() < wanted.size()) {
            throw LogsError.noSuchStream();
        }
        return Set.copyOf(ids.values());
    }

    private static Predicate<String> streamNames(FilterLogEventsRequest request) {
        if (request.hasLogStreamNames()) {
            return Set.copyOf(request.logStreamNames())::contains;
        }
        var prefix = request.logStreamNamePrefix();
        return prefix == null ? _ -> true : name -> name.startsWith(prefix);
    }

    private static FilteredLogEvent filtered(FoundEvent event) {
        return FilteredLogEvent.builder()
                .logStreamName(event.logStream())
                .timestamp(event.id().timestampMs())
                .message(event.message())
                .ingestionTime(event.id().ingestionMs())
                .eventId(event.id().toString())
                .build();
    }

    private static long visibleFrom(LogGroup group, long start) {
        return Math.max(start, group.expiredBeforeMs(nowMs()));
    }

    /// Times behind all events are as good as the last one.
    private static long time(@Nullable Long given, long otherwise) {
        return given == null ? otherwise : Math.min(given, EventId.MAX_TIMESTAMP_MS);
    }
}
