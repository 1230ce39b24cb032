package io.pharos.kit.http;

import io.pharos.wire.AwsOperation;
import io.pharos.wire.AwsService;
import io.pharos.wire.Protocol;
import io.pharos.wire.Route;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What hangs at the same endpoint and is told by its path alone: APIs of CloudWatch's and CloudWatch
/// Logs's that speak other worlds' protocols. Who may call them is told by their own actions.
public enum PathApi {
    /// `POST /v1/metrics`: OTLP/HTTP.
    OTLP_METRICS(Owner.INGEST, Set.of("monitoring"), "PutMetricData"),

    /// `POST /api/v1/write`: Prometheus remote-write. Prometheus signs for its service of AWS's.
    REMOTE_WRITE(Owner.INGEST, Set.of("monitoring", "aps"), "PutMetricData"),

    /// The rest of `/api/v1/`: Prometheus's queries.
    PROMQL(Owner.METRICS, Set.of("monitoring", "aps"), "GetMetricData", "ListMetrics"),

    /// `POST /v1/logs`: OTLP/HTTP.
    OTLP_LOGS(AwsService.LOGS, "PutLogEvents"),

    /// `POST /services/collector/event`: AWS's HTTP log collector.
    LOG_COLLECTOR(AwsService.LOGS, "PutLogEvents"),

    /// `POST /ingest/bulk`: a JSON value a line.
    LOG_BULK(AwsService.LOGS, "PutLogEvents"),

    /// `POST /ingest/json`: JSON objects.
    LOG_JSON(AwsService.LOGS, "PutLogEvents");

    private static final String PROMETHEUS = "/api/v1/";
    private static final Map<String, PathApi> BY_PATH =
            Map.of(
                    "/v1/metrics",
                    OTLP_METRICS,
                    PROMETHEUS + "write",
                    REMOTE_WRITE,
                    "/v1/logs",
                    OTLP_LOGS,
                    "/services/collector/event",
                    LOG_COLLECTOR,
                    "/ingest/bulk",
                    LOG_BULK,
                    "/ingest/json",
                    LOG_JSON);

    private final Owner owner;
    private final Set<String> signingNames;
    private final List<AwsOperation> operations;

    PathApi(Owner owner, Set<String> signingNames, String... operations) {
        this.owner = owner;
        this.signingNames = signingNames;
        this.operations = operations(AwsService.CLOUDWATCH, operations);
    }

    /// A way into Pharos.
    PathApi(AwsService service, String... operations) {
        this.owner = Owner.INGEST;
        this.signingNames = Set.of(service.signingName());
        this.operations = operations(service, operations);
    }

    private static List<AwsOperation> operations(AwsService service, String... names) {
        return List.of(names).stream().map(name -> service.operation(name).orElseThrow()).toList();
    }

    /// Empty for every path of AWS's own protocols.
    static Optional<PathApi> of(String rawPath) {
        var known = BY_PATH.get(rawPath);
        if (known != null) {
            return Optional.of(known);
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
