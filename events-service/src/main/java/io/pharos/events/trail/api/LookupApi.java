package io.pharos.events.trail.api;

import io.pharos.events.trail.Lookup;
import io.pharos.events.trail.Lookup.Attribute;
import io.pharos.events.trail.Lookup.Position;
import io.pharos.events.trail.pg.PgApiRecords;
import io.pharos.stream.ApiRecord;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.cloudtrail.model.InvalidEventCategoryException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidLookupAttributesException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidMaxResultsException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidTimeRangeException;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.cloudtrail.model.LookupEventsRequest;
import software.amazon.awssdk.services.cloudtrail.model.LookupEventsResponse;
import software.amazon.awssdk.services.cloudtrail.model.Resource;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// LookupEvents: the management events of the last 90 days, whether there is a trail or not.
@Singleton
final class LookupApi implements CloudTrailClient {
    private final PgApiRecords records;

    LookupApi(PgApiRecords records) {
        this.records = records;
    }

    @Override
    public LookupEventsResponse lookupEvents(LookupEventsRequest request) {
        var caller = Caller.current();
        var limit = request.maxResults() == null ? Lookup.MAX_RESULTS : request.maxResults();
        if (limit < 1 || limit > Lookup.MAX_RESULTS) {
            throw InvalidMaxResultsException.builder()
                    .message(
                            "A number of results between 1 and "
                                    + Lookup.MAX_RESULTS
                                    + " is expected.")
                    .build();
        }
        var attribute = attribute(request);
        if (request.startTime() != null
                && request.endTime() != null
                && request.startTime().isAfter(request.endTime())) {
            throw InvalidTimeRangeException.builder()
                    .message("The start time must not be later than the end time.")
                    .build();
        }
        if (request.eventCategoryAsString() != null) {
            if (!request.eventCategoryAsString().equals("insight")) {
                throw InvalidEventCategoryException.builder()
                        .message("The event category is not valid.")
                        .build();
            }
            // Insights are never made here, so there are none.
            return LookupEventsResponse.builder().build();
        }
        var oldest = caller.receivedAt().minus(PgApiRecords.KEPT);
        var from =
                request.startTime() == null || request.startTime().isBefore(oldest)
                        ? oldest
                        : request.startTime();
        var to =
                request.endTime() == null ? caller.receivedAt().plusSeconds(60) : request.endTime();
        // Events have times in seconds: all of the last second belongs to the range.
        var end = to.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        var lookup =
                new Lookup(
                        attribute, from, end, position(request.nextToken(), attribute), limit + 1);
        var found = records.find(caller.tenant(), lookup);
        var page = found.size() > limit ? found.subList(0, limit) : found;
        return LookupEventsResponse.builder()
                .events(page.stream().map(LookupApi::event).toList())
                .nextToken(
                        found.size() > limit ? Position.of(page.getLast()).token(attribute) : null)
                .build();
    }

    private static @Nullable Attribute attribute(LookupEventsRequest request) {
        var given = request.lookupAttributes();
        if (given.size() > 1) {
            throw InvalidLookupAttributesException.builder()
                    .message("You can only specify one lookup attribute")
                    .build();
        }
        if (given.isEmpty()) {
            return null;
        }
        var attribute = given.getFirst();
        Constraints.check()
                .required(
                        "lookupAttributes.1.member.attributeKey", attribute.attributeKeyAsString())
                .oneOf(
                        "lookupAttributes.1.member.attributeKey",
                        attribute.attributeKeyAsString(),
                        LookupAttributeKey.knownValues())
                .required("lookupAttributes.1.member.attributeValue", attribute.attributeValue())
                .length(
                        "lookupAttributes.1.member.attributeValue",
                        attribute.attributeValue(),
                        1,
                        2_000)
                .orThrow();
        return new Attribute(attribute.attributeKeyAsString(), attribute.attributeValue());
    }

    private static @Nullable Position position(
            @Nullable String token, @Nullable Attribute attribute) {
        if (token == null) {
            return null;
        }
        return Position.of(token, attribute)
                .orElseThrow(() ->
                        InvalidNextTokenException.builder()
                                .message("The next token is not valid for this request.")
                                .build());
    }

    private static Event event(ApiRecord record) {
        var event =
                Event.builder()
                        .eventId(record.getEventId())
                        .eventName(record.getEventName())
                        .readOnly(String.valueOf(record.getReadOnly()))
                        .accessKeyId(
                                record.getAccessKeyId().isEmpty() ? null : record.getAccessKeyId())
                        .eventTime(
                                Instant.ofEpochMilli(record.getTimeMs())
                                        .truncatedTo(ChronoUnit.SECONDS))
                        .eventSource(record.getEventSource())
                        .username(record.getUserName().isEmpty() ? null : record.getUserName())
                        .cloudTrailEvent(record.getRecord().toStringUtf8());
        return event.resources(
                        record.getResourcesList().stream()
                                .map(r ->
                                        Resource.builder()
                                                .resourceType(r.getType())
                                                .resourceName(r.getName())
                                                .build())
                                .toList())
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
