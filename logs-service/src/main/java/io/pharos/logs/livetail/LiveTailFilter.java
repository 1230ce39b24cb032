package io.pharos.logs.livetail;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailRequest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a session wants to see. Immutable.
///
/// @param arns of the groups, by name, as they were asked for
/// @param streams their names; empty for any
/// @param prefixes of their names; empty for any
public record LiveTailFilter(
        Tenant tenant,
        Map<String, String> arns,
        Set<String> streams,
        List<String> prefixes,
        FilterPattern pattern) {
    private static final int MAX_GROUPS = 10;
    private static final int MAX_STREAMS = 100;

    /// The filter of a request.
    ///
    /// @throws RuntimeException AWS's error; whether the groups exist is the caller's to see
    public static LiveTailFilter check(StartLiveTailRequest request, Tenant tenant) {
        var identifiers = request.hasLogGroupIdentifiers() ? request.logGroupIdentifiers() : null;
        var check = LogConstraints.check();
        check.constraints()
                .required("logGroupIdentifiers", identifiers)
                .satisfied(
                        identifiers == null || !identifiers.isEmpty(),
                        "logGroupIdentifiers",
                        "[]",
                        "Member must have length greater than or equal to 1")
                .satisfied(
                        identifiers == null || identifiers.size() <= MAX_GROUPS,
                        "logGroupIdentifiers",
                        identifiers,
                        "Member must have length less than or equal to " + MAX_GROUPS)
                .length(
                        "logEventFilterPattern",
                        request.logEventFilterPattern(),
                        0,
                        FilterPattern.MAX_LENGTH);
        if (identifiers != null) {
            identifiers.forEach(arn -> check.identifier("logGroupIdentifiers", arn));
        }
        streams(check, "logStreamNames", request.hasLogStreamNames(), request.logStreamNames());
        streams(
                check,
                "logStreamNamePrefixes",
                request.hasLogStreamNamePrefixes(),
                request.logStreamNamePrefixes());
        check.orThrow();
        var byStream = request.hasLogStreamNames();
        var byPrefix = request.hasLogStreamNamePrefixes();
        if (byStream && byPrefix) {
            throw LogsError.invalid(
                    "Only one of logStreamNames or logStreamNamePrefixes can be provided.");
        }
        if ((byStream || byPrefix) && request.logGroupIdentifiers().size() > 1) {
            throw LogsError.invalid(
                    "logStreamNames and logStreamNamePrefixes can only be used with a single log"
                            + " group.");
        }
        var arns = new LinkedHashMap<String, String>();
        for (var arn : request.logGroupIdentifiers()) {
            if (!arn.startsWith("arn:")) {
                throw LogsError.invalid("The log group identifier must be an ARN: " + arn);
            }
            arns.put(LogGroupArn.nameOfArn(tenant, arn), arn);
        }
        return new LiveTailFilter(
                tenant,
                arns,
                Set.copyOf(request.logStreamNames()),
                List.copyOf(request.logStreamNamePrefixes()),
                pattern(request.logEventFilterPattern()));
    }

    private static void streams(
            LogConstraints check, String member, boolean given, List<String> names) {
        if (!given) {
            return;
        }
        check.constraints()
                .satisfied(
                        !names.isEmpty(),
                        member,
                        "[]",
                        "Member must have length greater than or equal to 1")
                .satisfied(
                        names.size() <= MAX_STREAMS,
                        member,
                        names,
                        "Member must have length less than or equal to " + MAX_STREAMS);
        names.forEach(name -> check.streamName(member, name));
    }

    private static FilterPattern pattern(@Nullable String text) {
        try {
            return FilterPattern.parse(text == null ? "" : text);
        } catch (InvalidParameterException fault) {
            var why = String.valueOf(fault.rawMessage());
            throw why.startsWith("Invalid filter pattern")
                    ? fault
                    : LogsError.invalid("Invalid filter pattern: " + why);
        }
    }

    /// Whether events of this stream may be wanted.
    public boolean wants(Tenant owner, String logGroup, String logStream) {
        return owner.equals(tenant)
                && arns.containsKey(logGroup)
                && (streams.isEmpty() || streams.contains(logStream))
                && (prefixes.isEmpty() || prefixes.stream().anyMatch(logStream::startsWith));
    }
}
