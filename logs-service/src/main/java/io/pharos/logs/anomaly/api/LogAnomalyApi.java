package io.pharos.logs.anomaly.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import static java.util.Objects.requireNonNullElse;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.Page;
import io.pharos.logs.PageToken;
import io.pharos.logs.anomaly.Anomaly;
import io.pharos.logs.anomaly.AnomalyDetector;
import io.pharos.logs.anomaly.pg.PgAnomalies;
import io.pharos.logs.anomaly.pg.PgAnomalyDetectors;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.wire.AwsError;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.AnomalyDetectorStatus;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogAnomalyDetectorRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogAnomalyDetectorResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogAnomalyDetectorRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogAnomalyDetectorResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.EvaluationFrequency;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogAnomalyDetectorRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogAnomalyDetectorResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListAnomaliesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListAnomaliesResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListLogAnomalyDetectorsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListLogAnomalyDetectorsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PatternToken;
import software.amazon.awssdk.services.cloudwatchlogs.model.State;
import software.amazon.awssdk.services.cloudwatchlogs.model.SuppressionState;
import software.amazon.awssdk.services.cloudwatchlogs.model.SuppressionType;
import software.amazon.awssdk.services.cloudwatchlogs.model.SuppressionUnit;
import software.amazon.awssdk.services.cloudwatchlogs.model.UpdateAnomalyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UpdateAnomalyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.UpdateLogAnomalyDetectorRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UpdateLogAnomalyDetectorResponse;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;

/// Log anomaly detectors and what they found.
@Singleton
final class LogAnomalyApi implements CloudWatchLogsClient {
    private static final int MAX_PAGE = 50;
    private static final int LEAST_DAYS = 7;
    private static final int MOST_DAYS = 90;
    private static final int MAX_ID = 36;
    private static final int MAX_PATTERN_ID = 32;
    private static final String DETECTORS = "ListLogAnomalyDetectors";
    private static final String ANOMALIES = "ListAnomalies";
    private static final List<String> FREQUENCIES = names(EvaluationFrequency.knownValues());
    private static final List<String> TYPES = names(SuppressionType.knownValues());
    private static final List<String> UNITS = names(SuppressionUnit.knownValues());
    private static final List<String> STATES = names(SuppressionState.knownValues());

    private final PgAnomalyDetectors detectors;
    private final PgAnomalies anomalies;
    private final PgLogGroups groups;

    LogAnomalyApi(PgAnomalyDetectors detectors, PgAnomalies anomalies, PgLogGroups groups) {
        this.detectors = detectors;
        this.anomalies = anomalies;
        this.groups = groups;
    }

    private static List<String> names(java.util.Set<? extends Enum<?>> values) {
        return values.stream().map(Object::toString).sorted().toList();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateLogAnomalyDetectorResponse createLogAnomalyDetector(
            CreateLogAnomalyDetectorRequest request) {
        var check = LogConstraints.check().tags(request.tags());
        var arns = request.hasLogGroupArnList() ? request.logGroupArnList() : null;
        check.constraints()
                .required("logGroupArnList", arns)
                .size("logGroupArnList", arns, 1, 1)
                .length("detectorName", request.detectorName(), 1, Integer.MAX_VALUE)
                .oneOf("evaluationFrequency", request.evaluationFrequencyAsString(), FREQUENCIES);
        days(check, request.anomalyVisibilityTime());
        pattern(check, request.filterPattern());
        for (var arn : request.logGroupArnList()) {
            check.identifier("logGroupArnList", arn);
        }
        check.orThrow();
        if (request.kmsKeyId() != null) {
            throw AwsError.unsupported("Encryption with a KMS key (kmsKeyId) is not supported.");
        }
        var group = LogGroupArn.nameOfArn(tenant(), request.logGroupArnList().getFirst());
        groups.require(tenant(), group).requireStandard(LogsError::invalid);
        var detector =
                new AnomalyDetector(
                        UUID.randomUUID(),
                        tenant(),
                        request.detectorName(),
                        group,
                        requireNonNullElse(
                                request.evaluationFrequency(), EvaluationFrequency.FIVE_MIN),
                        request.filterPattern(),
                        request.anomalyVisibilityTime() == null
                                ? AnomalyDetector.DEFAULT_VISIBLE_DAYS
                                : request.anomalyVisibilityTime().intValue(),
                        AnomalyDetectorStatus.INITIALIZING,
                        nowMs(),
                        nowMs(),
                        nowMs(),
                        request.tags());
        detectors.create(detector);
        return CreateLogAnomalyDetectorResponse.builder()
                .anomalyDetectorArn(detector.arn())
                .build();
    }

    private static void days(LogConstraints check, @Nullable Long days) {
        check.constraints()
                .range(
                        "anomalyVisibilityTime",
                        days == null ? null : (int) Math.clamp(days, -1, 1_000),
                        LEAST_DAYS,
                        MOST_DAYS);
    }

    private static void pattern(LogConstraints check, @Nullable String pattern) {
        check.constraints().length("filterPattern", pattern, 0, FilterPattern.MAX_LENGTH);
        if (pattern != null && pattern.length() <= FilterPattern.MAX_LENGTH) {
            FilterPattern.parse(pattern); // throws what is wrong with it
        }
    }

    @Override
    public UpdateLogAnomalyDetectorResponse updateLogAnomalyDetector(
            UpdateLogAnomalyDetectorRequest request) {
        var check = arn(request.anomalyDetectorArn());
        check.constraints()
                .required("enabled", request.enabled())
                .oneOf("evaluationFrequency", request.evaluationFrequencyAsString(), FREQUENCIES);
        days(check, request.anomalyVisibilityTime());
        pattern(check, request.filterPattern());
        check.orThrow();
        var known = require(request.anomalyDetectorArn());
        var isPaused = known.status() == AnomalyDetectorStatus.PAUSED;
        var goesOn = Boolean.TRUE.equals(request.enabled());
        var days = request.anomalyVisibilityTime();
        // What it missed while it was paused is not looked at.
        detectors.update(
                new AnomalyDetector(
                        known.id(),
                        known.tenant(),
                        known.name(),
                        known.group(),
                        requireNonNullElse(request.evaluationFrequency(), known.frequency()),
                        request.filterPattern() == null
                                ? known.filterPattern()
                                : request.filterPattern(),
                        days == null ? known.visibleDays() : days.intValue(),
                        status(known.status(), goesOn),
                        known.createdMs(),
                        nowMs(),
                        isPaused && goesOn ? nowMs() : known.judgedMs(),
                        known.tags()));
        return UpdateLogAnomalyDetectorResponse.builder().build();
    }

    /// A detector that was paused learns anew from what there is.
    private static AnomalyDetectorStatus status(AnomalyDetectorStatus known, boolean goesOn) {
        if (!goesOn) {
            return AnomalyDetectorStatus.PAUSED;
        }
        return known == AnomalyDetectorStatus.PAUSED || known == AnomalyDetectorStatus.FAILED
                ? AnomalyDetectorStatus.TRAINING
                : known;
    }

    @Override
    public DeleteLogAnomalyDetectorResponse deleteLogAnomalyDetector(
            DeleteLogAnomalyDetectorRequest request) {
        arn(request.anomalyDetectorArn()).orThrow();
        if (!detectors.delete(tenant(), id(request.anomalyDetectorArn()))) {
            throw noSuchDetector();
        }
        return DeleteLogAnomalyDetectorResponse.builder().build();
    }

    @Override
    public GetLogAnomalyDetectorResponse getLogAnomalyDetector(
            GetLogAnomalyDetectorRequest request) {
        arn(request.anomalyDetectorArn()).orThrow();
        var detector = require(request.anomalyDetectorArn());
        return GetLogAnomalyDetectorResponse.builder()
                .detectorName(detector.name())
                .logGroupArnList(detector.groupArn())
                .evaluationFrequency(detector.frequency())
                .filterPattern(detector.filterPattern())
                .anomalyDetectorStatus(detector.status())
                .creationTimeStamp(detector.createdMs())
                .lastModifiedTimeStamp(detector.modifiedMs())
                .anomalyVisibilityTime((long) detector.visibleDays())
                .build();
    }

    @Override
    public ListLogAnomalyDetectorsResponse listLogAnomalyDetectors(
            ListLogAnomalyDetectorsRequest request) {
        LogConstraints.check()
                .limit(request.limit(), MAX_PAGE)
                .nextToken(request.nextToken())
                .identifier("filterLogGroupArn", request.filterLogGroupArn())
                .orThrow();
        var group =
                request.filterLogGroupArn() == null
                        ? null
                        : LogGroupArn.nameOfArn(tenant(), request.filterLogGroupArn());
        var place = place(request.nextToken(), DETECTORS, -1);
        var limit = requireNonNullElse(request.limit(), MAX_PAGE);
        var page =
                Page.of(detectors.list(tenant(), group, place.ms(), place.id(), limit + 1), limit);
        return ListLogAnomalyDetectorsResponse.builder()
                .anomalyDetectors(page.items().stream().map(LogAnomalyApi::shown).toList())
                .nextToken(page.next(last -> token(DETECTORS, last.createdMs(), last.id())))
                .build();
    }

    private static software.amazon.awssdk.services.cloudwatchlogs.model.AnomalyDetector shown(
            AnomalyDetector detector) {
        return software.amazon.awssdk.services.cloudwatchlogs.model.AnomalyDetector.builder()
                .anomalyDetectorArn(detector.arn())
                .detectorName(detector.name())
                .logGroupArnList(detector.groupArn())
                .evaluationFrequency(detector.frequency())
                .filterPattern(detector.filterPattern())
                .anomalyDetectorStatus(detector.status())
                .creationTimeStamp(detector.createdMs())
                .lastModifiedTimeStamp(detector.modifiedMs())
                .anomalyVisibilityTime((long) detector.visibleDays())
                .build();
    }

    @Override
    public ListAnomaliesResponse listAnomalies(ListAnomaliesRequest request) {
        var check =
                LogConstraints.check()
                        .limit(request.limit(), MAX_PAGE)
                        .nextToken(request.nextToken());
        check.constraints().oneOf("suppressionState", request.suppressionStateAsString(), STATES);
        check.orThrow();
        var arn = request.anomalyDetectorArn();
        var detector = arn == null ? null : require(arn).id();
        var state = request.suppressionState();
        var suppressed = state == null ? null : (Boolean) (state == SuppressionState.SUPPRESSED);
        var place = place(request.nextToken(), ANOMALIES, Long.MAX_VALUE);
        var limit = requireNonNullElse(request.limit(), MAX_PAGE);
        var page =
                Page.of(
                        anomalies.list(
                                tenant(),
                                detector,
                                suppressed,
                                nowMs(),
                                place.ms(),
                                place.id(),
                                limit + 1),
                        limit);
        return ListAnomaliesResponse.builder()
                .anomalies(page.items().stream().map(LogAnomalyApi::shown).toList())
                .nextToken(page.next(last -> token(ANOMALIES, last.firstMs(), last.id())))
                .build();
    }

    private static software.amazon.awssdk.services.cloudwatchlogs.model.Anomaly shown(
            Anomaly anomaly) {
        var isSuppressed = anomaly.isSuppressed(nowMs());
        var state =
                anomaly.isBaseline()
                        ? State.BASELINE
                        : isSuppressed ? State.SUPPRESSED : State.ACTIVE;
        var histogram = new HashMap<String, Long>();
        anomaly.histogram().forEach((time, count) -> histogram.put(time.toString(), count));
        return software.amazon.awssdk.services.cloudwatchlogs.model.Anomaly.builder()
                .anomalyId(anomaly.id().toString())
                .patternId(anomaly.patternId())
                .anomalyDetectorArn(
                        tenant().arn("logs", AnomalyDetector.RESOURCE + anomaly.detector()))
                .patternString(anomaly.pattern())
                .patternRegex(anomaly.regex())
                .priority(anomaly.priority().name())
                .firstSeen(anomaly.firstMs())
                .lastSeen(anomaly.lastMs())
                .description(anomaly.description())
                .active(anomaly.isActive())
                .state(state)
                .histogram(histogram)
                .logSamples(
                        anomaly.samples().stream()
                                .map(sample ->
                                        LogEvent.builder()
                                                .timestamp(sample.timestampMs())
                                                .message(sample.message())
                                                .build())
                                .toList())
                .patternTokens(anomaly.tokens().stream().map(LogAnomalyApi::shown).toList())
                .logGroupArnList(tenant().arn("logs", "log-group:" + anomaly.group()))
                .suppressed(isSuppressed)
                .suppressedDate(isSuppressed ? anomaly.suppressedMs() : null)
                .suppressedUntil(isSuppressed ? anomaly.suppressedUntilMs() : null)
                .isPatternLevelSuppression(isSuppressed && anomaly.isPatternSuppressed())
                .build();
    }

    private static PatternToken shown(Anomaly.PatternToken token) {
        return PatternToken.builder()
                .dynamicTokenPosition(token.place())
                .isDynamic(token.isDynamic())
                .tokenString(token.text())
                .inferredTokenName(token.isDynamic() ? token.kind() : null)
                .enumerations(token.isDynamic() ? token.values() : null)
                .build();
    }

    @Override
    public UpdateAnomalyResponse updateAnomaly(UpdateAnomalyRequest request) {
        var check = arn(request.anomalyDetectorArn());
        var period = request.suppressionPeriod();
        check.constraints()
                .length("anomalyId", request.anomalyId(), MAX_ID, MAX_ID)
                .length("patternId", request.patternId(), MAX_PATTERN_ID, MAX_PATTERN_ID)
                .oneOf("suppressionType", request.suppressionTypeAsString(), TYPES)
                .oneOf(
                        "suppressionPeriod.suppressionUnit",
                        period == null ? null : period.suppressionUnitAsString(),
                        UNITS);
        check.orThrow();
        if ((request.anomalyId() == null) == (request.patternId() == null)) {
            throw LogsError.invalid("Exactly one of anomalyId and patternId is needed");
        }
        var detector = require(request.anomalyDetectorArn()).id();
        var change = change(request);
        var changed =
                request.anomalyId() != null
                        ? anomalies.change(detector, uuid(request.anomalyId()), change)
                        : anomalies.changePattern(detector, request.patternId(), change);
        if (!changed) {
            throw LogsError.notFound("The specified anomaly does not exist.");
        }
        return UpdateAnomalyResponse.builder().build();
    }

    /// Without a type it is shown again.
    private static PgAnomalies.Change change(UpdateAnomalyRequest request) {
        var isBaseline = Boolean.TRUE.equals(request.baseline());
        var type = request.suppressionType();
        if (type == null) {
            return new PgAnomalies.Change(null, null, isBaseline);
        }
        if (type == SuppressionType.INFINITE) {
            return new PgAnomalies.Change(nowMs(), null, isBaseline);
        }
        var period = request.suppressionPeriod();
        if (period == null
                || period.value() == null
                || period.value() < 1
                || period.suppressionUnit() == null) {
            throw LogsError.invalid("A LIMITED suppression needs a suppressionPeriod");
        }
        var unit =
                switch (period.suppressionUnit()) {
                    case HOURS -> Duration.ofHours(1);
                    case MINUTES -> Duration.ofMinutes(1);
                    case SECONDS, UNKNOWN_TO_SDK_VERSION -> Duration.ofSeconds(1);
                };
        return new PgAnomalies.Change(
                nowMs(), nowMs() + period.value() * unit.toMillis(), isBaseline);
    }

    private record Place(long ms, UUID id) {}

    private static Place place(@Nullable String token, String operation, long first) {
        if (token == null) {
            return new Place(first, new UUID(0, 0));
        }
        var parts = PageToken.position(token, operation, nowMs()).split(" ", 2);
        try {
            return new Place(Long.parseLong(parts[0]), UUID.fromString(parts[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException _) {
            throw LogsError.badToken();
        }
    }

    private static String token(String operation, long ms, UUID id) {
        return new PageToken(operation, nowMs(), ms + " " + id).encode();
    }

    private static LogConstraints arn(@Nullable String arn) {
        var check = LogConstraints.check();
        check.constraints()
                .required("anomalyDetectorArn", arn)
                .length("anomalyDetectorArn", arn, 1, 2048);
        return check;
    }

    private AnomalyDetector require(String arn) {
        return detectors.find(tenant(), id(arn)).orElseThrow(LogAnomalyApi::noSuchDetector);
    }

    private static UUID id(String arn) {
        var prefix = tenant().arn("logs", AnomalyDetector.RESOURCE);
        if (!arn.startsWith(prefix)) {
            throw noSuchDetector();
        }
        try {
            return UUID.fromString(arn.substring(prefix.length()));
        } catch (IllegalArgumentException _) {
            throw noSuchDetector();
        }
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw LogsError.notFound("The specified anomaly does not exist.");
        }
    }

    private static RuntimeException noSuchDetector() {
        return LogsError.notFound("The specified anomaly detector does not exist.");
    }
}
