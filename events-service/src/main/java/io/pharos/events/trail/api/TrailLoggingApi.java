package io.pharos.events.trail.api;

import io.pharos.events.trail.Trail;
import io.pharos.events.trail.Trail.Logging;
import io.pharos.events.trail.TrailName;
import io.pharos.events.trail.pg.PgTrails;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.EventSelector;
import software.amazon.awssdk.services.cloudtrail.model.GetEventSelectorsRequest;
import software.amazon.awssdk.services.cloudtrail.model.GetEventSelectorsResponse;
import software.amazon.awssdk.services.cloudtrail.model.GetTrailStatusRequest;
import software.amazon.awssdk.services.cloudtrail.model.GetTrailStatusResponse;
import software.amazon.awssdk.services.cloudtrail.model.InvalidEventSelectorsException;
import software.amazon.awssdk.services.cloudtrail.model.PutEventSelectorsRequest;
import software.amazon.awssdk.services.cloudtrail.model.PutEventSelectorsResponse;
import software.amazon.awssdk.services.cloudtrail.model.StartLoggingRequest;
import software.amazon.awssdk.services.cloudtrail.model.StartLoggingResponse;
import software.amazon.awssdk.services.cloudtrail.model.StopLoggingRequest;
import software.amazon.awssdk.services.cloudtrail.model.StopLoggingResponse;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.UnaryOperator;

/// What trails log, and whether they do.
@Singleton
final class TrailLoggingApi implements CloudTrailClient {
    /// AWS's error code for a bucket that files can not be put into: here none can, yet.
    static final String NO_FILES = "NoSuchBucket";

    private static final List<String> EXCLUDABLE =
            List.of("kms.amazonaws.com", "rdsdata.amazonaws.com");

    private final PgTrails trails;

    TrailLoggingApi(PgTrails trails) {
        this.trails = trails;
    }

    @Override
    public StartLoggingResponse startLogging(StartLoggingRequest request) {
        var now = Caller.current().receivedAt();
        change(
                request.name(),
                trail ->
                        with(
                                trail,
                                new Logging(
                                        true,
                                        now,
                                        trail.logging().stoppedAt(),
                                        trail.logging().deliveredAt())));
        return StartLoggingResponse.builder().build();
    }

    @Override
    public StopLoggingResponse stopLogging(StopLoggingRequest request) {
        var now = Caller.current().receivedAt();
        change(
                request.name(),
                trail ->
                        with(
                                trail,
                                new Logging(
                                        false,
                                        trail.logging().startedAt(),
                                        now,
                                        trail.logging().deliveredAt())));
        return StopLoggingResponse.builder().build();
    }

    private Trail change(@Nullable String nameOrArn, UnaryOperator<Trail> change) {
        Constraints.check().required("name", nameOrArn).orThrow();
        var given = nameOrArn == null ? "" : nameOrArn;
        var caller = Caller.current().tenant();
        var name = FoundTrails.own(TrailName.of(caller, given), caller);
        return trails.change(name, change).orElseThrow(() -> FoundTrails.unknown(given, caller));
    }

    private static Trail with(Trail trail, Logging logging) {
        return new Trail(
                trail.tenant(),
                trail.name(),
                trail.bucket(),
                trail.globalServices(),
                trail.multiRegion(),
                trail.logs(),
                trail.selector(),
                logging);
    }

    @Override
    public GetTrailStatusResponse getTrailStatus(GetTrailStatusRequest request) {
        Constraints.check().required("name", request.name()).orThrow();
        var caller = Caller.current().tenant();
        // AWS names the trail by its ARN here.
        var name = TrailName.of(caller, request.name()).arn();
        var logging = FoundTrails.find(trails, caller, name).logging();
        return GetTrailStatusResponse.builder()
                .isLogging(logging.on())
                .startLoggingTime(logging.startedAt())
                .stopLoggingTime(logging.stoppedAt())
                .latestCloudWatchLogsDeliveryTime(logging.deliveredAt())
                .latestDeliveryError(logging.startedAt() == null ? null : NO_FILES)
                .latestDeliveryAttemptTime("")
                .latestNotificationAttemptTime("")
                .latestNotificationAttemptSucceeded("")
                .latestDeliveryAttemptSucceeded("")
                .timeLoggingStarted(text(logging.startedAt()))
                .timeLoggingStopped(text(logging.stoppedAt()))
                .build();
    }

    private static String text(@Nullable Instant at) {
        return at == null
                ? ""
                : DateTimeFormatter.ISO_INSTANT.format(at.truncatedTo(ChronoUnit.SECONDS));
    }

    @Override
    public PutEventSelectorsResponse putEventSelectors(PutEventSelectorsRequest request) {
        Constraints.check().required("trailName", request.trailName()).orThrow();
        if (request.hasAdvancedEventSelectors() || request.eventSelectors().size() != 1) {
            throw invalid("Only one basic event selector for management events is supported.");
        }
        var given = request.eventSelectors().getFirst();
        if (!given.dataResources().isEmpty()) {
            throw invalid("Data events are not supported.");
        }
        var type = given.readWriteTypeAsString() == null ? "All" : given.readWriteTypeAsString();
        if (!List.of("All", "ReadOnly", "WriteOnly").contains(type)
                || !EXCLUDABLE.containsAll(given.excludeManagementEventSources())) {
            throw invalid("The event selector is not valid.");
        }
        var selector =
                new Trail.Selector(
                        type,
                        !Boolean.FALSE.equals(given.includeManagementEvents()),
                        given.excludeManagementEventSources(),
                        true);
        var trail =
                change(
                        request.trailName(),
                        old ->
                                new Trail(
                                        old.tenant(),
                                        old.name(),
                                        old.bucket(),
                                        old.globalServices(),
                                        old.multiRegion(),
                                        old.logs(),
                                        selector,
                                        old.logging()));
        return PutEventSelectorsResponse.builder()
                .trailARN(trail.arn())
                .eventSelectors(described(trail))
                .build();
    }

    private static InvalidEventSelectorsException invalid(String message) {
        return InvalidEventSelectorsException.builder().message(message).build();
    }

    private static EventSelector described(Trail trail) {
        return EventSelector.builder()
                .readWriteType(trail.selector().readWriteType())
                .includeManagementEvents(trail.selector().managementEvents())
                .dataResources(List.of())
                .excludeManagementEventSources(trail.selector().excludedSources())
                .build();
    }

    @Override
    public GetEventSelectorsResponse getEventSelectors(GetEventSelectorsRequest request) {
        Constraints.check().required("trailName", request.trailName()).orThrow();
        var trail = FoundTrails.find(trails, Caller.current().tenant(), request.trailName());
        return GetEventSelectorsResponse.builder()
                .trailARN(trail.arn())
                .eventSelectors(described(trail))
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
