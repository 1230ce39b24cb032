package io.pharos.kit.http;

import io.pharos.wire.AwsOperation;
import io.pharos.wire.Call;

import software.amazon.awssdk.core.SdkRequest;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a request needs to be allowed beside its operation: seeing log events with nothing masked is
/// `logs:Unmask`, whatever reads them.
final class FurtherActions {
    static final String UNMASK = "logs:Unmask";

    private static final Set<String> UNMASKING =
            Set.of("logs:GetLogEvents", "logs:FilterLogEvents", "logs:GetLogRecord");
    private static final String QUERY = "logs:StartQuery";

    private FurtherActions() {}

    /// Whether some requests of this operation need more, so that they must be looked at.
    static boolean mayNeed(AwsOperation operation) {
        return UNMASKING.contains(operation.action()) || operation.action().equals(QUERY);
    }

    /// Empty for most.
    static List<String> of(Call call) {
        if (!mayNeed(call.operation())) {
            return List.of();
        }
        return call.operation().action().equals(QUERY)
                ? unmasks(call.request()) ? List.of(UNMASK) : List.of()
                : call.request().getValueForField("unmask", Boolean.class).orElse(false)
                        ? List.of(UNMASK)
                        : List.of();
    }

    /// A query that has the word anywhere: rather one too many than one that a comment hides.
    private static boolean unmasks(SdkRequest request) {
        return request.getValueForField("queryString", String.class)
                .filter(query -> query.toLowerCase(Locale.ROOT).contains("unmask"))
                .isPresent();
    }
}
