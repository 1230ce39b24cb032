package io.pharos.logs.transform.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.transform.EventSource;
import io.pharos.logs.transform.ProcessorJson;
import io.pharos.logs.transform.Transformer;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteTransformerRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteTransformerResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetTransformerRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetTransformerResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutTransformerRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutTransformerResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TestTransformerRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TestTransformerResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TransformedLogRecord;

import java.util.ArrayList;
import java.util.List;

/// Transformers of groups: PutTransformer, GetTransformer, DeleteTransformer, TestTransformer.
@Singleton
final class TransformerApi implements CloudWatchLogsClient {
    /// AWS: messages of one TestTransformer.
    private static final int MAX_MESSAGES = 50;

    /// AWS: processors of a transformer.
    static final int MAX_PROCESSORS = 20;

    private final PgPolicies policies;
    private final PgLogGroups groups;

    TransformerApi(PgPolicies policies, PgLogGroups groups) {
        this.policies = policies;
        this.groups = groups;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutTransformerResponse putTransformer(PutTransformerRequest request) {
        var check = identified(request.logGroupIdentifier());
        config(check, request.hasTransformerConfig() ? request.transformerConfig() : null);
        check.orThrow();
        Transformer.of(request.transformerConfig());
        policies.put(
                tenant(),
                LogGroupArn.name(tenant(), request.logGroupIdentifier()),
                PolicyKind.TRANSFORMER,
                ProcessorJson.write(request.transformerConfig()),
                nowMs());
        return PutTransformerResponse.builder().build();
    }

    @Override
    public GetTransformerResponse getTransformer(GetTransformerRequest request) {
        identified(request.logGroupIdentifier()).orThrow();
        var name = LogGroupArn.name(tenant(), request.logGroupIdentifier());
        var group = groups.require(tenant(), name);
        var found =
                policies.find(group, PolicyKind.TRANSFORMER)
                        .orElseThrow(TransformerApi::noTransformer);
        return GetTransformerResponse.builder()
                .logGroupIdentifier(request.logGroupIdentifier())
                .creationTime(found.createdMs())
                .lastModifiedTime(found.modifiedMs())
                .transformerConfig(ProcessorJson.read(found.document()))
                .build();
    }

    @Override
    public DeleteTransformerResponse deleteTransformer(DeleteTransformerRequest request) {
        identified(request.logGroupIdentifier()).orThrow();
        var name = LogGroupArn.name(tenant(), request.logGroupIdentifier());
        if (!policies.delete(tenant(), name, PolicyKind.TRANSFORMER, nowMs())) {
            throw noTransformer();
        }
        return DeleteTransformerResponse.builder().build();
    }

    @Override
    public TestTransformerResponse testTransformer(TestTransformerRequest request) {
        var check = LogConstraints.check();
        config(check, request.hasTransformerConfig() ? request.transformerConfig() : null);
        messages(check, request.hasLogEventMessages() ? request.logEventMessages() : null);
        check.orThrow();
        var transformer = Transformer.of(request.transformerConfig());
        var records = new ArrayList<TransformedLogRecord>();
        for (var i = 0; i < request.logEventMessages().size(); i++) {
            var message = request.logEventMessages().get(i);
            records.add(
                    TransformedLogRecord.builder()
                            .eventNumber(i + 1L)
                            .eventMessage(message)
                            .transformedEventMessage(transformer.apply(message, EventSource.NONE))
                            .build());
        }
        return TestTransformerResponse.builder().transformedLogs(records).build();
    }

    private static LogConstraints identified(@Nullable String identifier) {
        var check = LogConstraints.check();
        check.constraints().required("logGroupIdentifier", identifier);
        return check.identifier("logGroupIdentifier", identifier);
    }

    private static void config(LogConstraints check, @Nullable List<Processor> config) {
        check.constraints()
                .required("transformerConfig", config)
                .size("transformerConfig", config, 1, MAX_PROCESSORS);
    }

    private static void messages(LogConstraints check, @Nullable List<String> messages) {
        check.constraints()
                .required("logEventMessages", messages)
                .size("logEventMessages", messages, 1, MAX_MESSAGES)
                .satisfied(
                        messages == null || messages.stream().noneMatch(String::isEmpty),
                        "logEventMessages",
                        messages,
                        "Member must satisfy constraint: [Member must have length greater than or"
                                + " equal to 1]");
    }

    private static RuntimeException noTransformer() {
        return LogsError.notFound("The specified transformer does not exist.");
    }
}
