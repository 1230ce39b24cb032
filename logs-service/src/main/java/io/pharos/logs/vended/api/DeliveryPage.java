package io.pharos.logs.vended.api;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.Page;
import io.pharos.logs.PageToken;
import io.pharos.logs.vended.DeliveryRules;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

import java.util.List;

/// One page of what a tenant has, in the order of names.
final class DeliveryPage {
    static final int MAX = 50;

    private final String operation;
    private final int limit;
    private final String after;
    private final long nowMs = Caller.current().receivedAt().toEpochMilli();

    DeliveryPage(String operation, @Nullable Integer limit, @Nullable String nextToken) {
        var check = LogConstraints.check().limit(limit, MAX).nextToken(nextToken);
        DeliveryRules.orThrow(check);
        this.operation = operation;
        this.limit = limit == null ? MAX : limit;
        this.after = nextToken == null ? "" : position(nextToken);
    }

    private String position(String token) {
        try {
            return PageToken.position(token, operation, nowMs);
        } catch (InvalidParameterException foreign) {
            throw LogsError.validation("The specified nextToken is invalid.");
        }
    }

    Tenant tenant() {
        return Caller.current().tenant();
    }

    String after() {
        return after;
    }

    int limit() {
        return limit;
    }

    /// @param found one more than the limit when there is a next page
    <T> Page<T> of(List<T> found) {
        return Page.of(found, limit);
    }

    String token(String name) {
        return new PageToken(operation, nowMs, name).encode();
    }
}
