package io.pharos.kit.http;

import io.pharos.wire.AwsOperation;
import io.pharos.wire.AwsService;
import io.pharos.wire.Protocol;
import io.pharos.wire.Route;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What hangs at the same endpoint and is told by its path alone: APIs of CloudWatch's that speak
/// other worlds' protocols. Who may call them is told by CloudWatch's own actions.
public enum PathApi {
    /// `POST /v1/metrics`: OTLP/HTTP.
    OTLP_METRICS(Owner.INGEST, Set.of("monitoring"), "PutMetricData"),

    /// `POST /api/v1/write`: Prometheus remote-write. Prometheus signs for its service of AWS's.
    REMOTE_WRITE(Owner.INGEST, Set.of("monitoring", "aps"), "PutMetricData"),

    /// The rest of `/api/v1/`: Prometheus's queries.
    PROMQL(Owner.METRICS, Set.of("monitoring", "aps"), "GetMetricData", "ListMetrics");

    private static final String PROMETHEUS = "/api/v1/";

    private final Owner owner;
    private final Set<String> signingNames;
    private final List<AwsOperation> operations;

    PathApi(Owner owner, Set<String> signingNames, String... operations) {
        this.owner = owner;
        this.signingNames = signingNames;
        this.operations =
                List.of(operations).stream()
                        .map(name -> AwsService.CLOUDWATCH.operation(name).orElseThrow())
                        .toList();
    }

    /// Empty for every path of AWS's own protocols.
    static Optional<PathApi> of(String rawPath) {
        if (rawPath.equals("/v1/metrics")) {
            return Optional.of(OTLP_METRICS);
        }
        if (rawPath.equals(PROMETHEUS + "write")) {
            return Optional.of(REMOTE_WRITE);
        }
        return rawPath.startsWith(PROMETHEUS) ? Optional.of(PROMQL) : Optional.empty();
    }

    Owner owner() {
        return owner;
    }

    /// The services that a signature may be scoped to.
    Set<String> signingNames() {
        return signingNames;
    }

    /// What policies must allow, all of them.
    List<AwsOperation> operations() {
        return operations;
    }

    /// As which call it counts, and where its refusals come from.
    Route route() {
        var operation = operations.getFirst();
        return new Route(
                Protocol.REST_JSON,
                Optional.of(operation.service()),
                operation.name(),
                Optional.of(operation),
                false);
    }
}
