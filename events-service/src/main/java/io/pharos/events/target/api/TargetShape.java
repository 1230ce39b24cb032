package io.pharos.events.target.api;

import io.pharos.events.rule.RuleName;
import io.pharos.events.target.Input;
import io.pharos.events.target.InputTransformer;
import io.pharos.events.target.JsonPath;
import io.pharos.events.target.Target;
import io.pharos.events.target.TargetArn;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.eventbridge.model.HttpParameters;
import software.amazon.awssdk.services.eventbridge.model.KinesisParameters;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The SDK's `Target` to ours and back. What can not be delivered from here is refused, so that no
/// target is kept that would never be called.
final class TargetShape {
    private TargetShape() {}

    /// Constraints of the model, told together.
    static void check(List<software.amazon.awssdk.services.eventbridge.model.Target> targets) {
        var constraints = Constraints.check().size("targets", targets, 1, 100);
        for (var i = 0; i < targets.size(); i++) {
            var target = targets.get(i);
            var path = "targets." + (i + 1) + ".member.";
            constraints
                    .required(path + "id", target.id())
                    .pattern(path + "id", target.id(), RuleName.PATTERN)
                    .length(path + "id", target.id(), 1, 64)
                    .required(path + "arn", target.arn())
                    .length(path + "arn", target.arn(), 1, 1_600)
                    .length(path + "roleArn", target.roleArn(), 1, 1_600)
                    .length(path + "input", target.input(), 0, 8_192)
                    .length(path + "inputPath", target.inputPath(), 0, JsonPath.MAX_LENGTH);
            var retry = target.retryPolicy();
            if (retry != null) {
                constraints
                        .range(
                                path + "retryPolicy.maximumRetryAttempts",
                                retry.maximumRetryAttempts(),
                                0,
                                185)
                        .range(
                                path + "retryPolicy.maximumEventAgeInSeconds",
                                retry.maximumEventAgeInSeconds(),
                                60,
                                86_400);
            }
        }
        constraints.orThrow();
    }

    static Target read(
            software.amazon.awssdk.services.eventbridge.model.Target target, Tenant caller) {
        var destination = TargetArn.parse(target.arn());
        checkArn(target.arn(), destination, caller);
        refuseUnserved(target, destination);
        var retry = target.retryPolicy();
        return new Target(
                target.id(),
                target.arn(),
                target.roleArn(),
                input(target),
                partitionKey(target),
                http(target.httpParameters()),
                retry == null
                        ? null
                        : new Target.RetryPolicy(
                                retry.maximumRetryAttempts(),
                                retry.maximumEventAgeInSeconds() == null
                                        ? null
                                        : Duration.ofSeconds(retry.maximumEventAgeInSeconds())));
    }

    private static void checkArn(String arn, TargetArn destination, Tenant caller) {
        switch (destination) {
            case TargetArn.Malformed() ->
                    throw notValid(arn, "Provided Arn is not in correct format.");
            case TargetArn.Elsewhere(var service) ->
                    throw notValid(arn, "Targets of " + service + " are not supported.");
            case TargetArn.Bus(var tenant, _) -> own(arn, tenant, caller);
            case TargetArn.LogGroup(var tenant, _) -> own(arn, tenant, caller);
            case TargetArn.Topic(var tenant, _) -> own(arn, tenant, caller);
            case TargetArn.Stream(var tenant, _) -> own(arn, tenant, caller);
            case TargetArn.ApiDestination(var tenant, _) -> own(arn, tenant, caller);
        }
    }

    private static void own(String arn, Tenant tenant, Tenant caller) {
        if (!tenant.equals(caller)) {
            throw notValid(arn, "The target must be in the account and region of the rule.");
        }
    }

    private static AwsError notValid(String arn, String reason) {
        return AwsError.validation("Parameter " + arn + " is not valid. Reason: " + reason);
    }

    private static void refuseUnserved(
            software.amazon.awssdk.services.eventbridge.model.Target target,
            TargetArn destination) {
        var unserved = new HashMap<String, @Nullable Object>();
        unserved.put("EcsParameters", target.ecsParameters());
        unserved.put("BatchParameters", target.batchParameters());
        unserved.put("RunCommandParameters", target.runCommandParameters());
        unserved.put("SqsParameters", target.sqsParameters());
        unserved.put("RedshiftDataParameters", target.redshiftDataParameters());
        unserved.put("SageMakerPipelineParameters", target.sageMakerPipelineParameters());
        unserved.put("AppSyncParameters", target.appSyncParameters());
        unserved.put("DeadLetterConfig", target.deadLetterConfig());
        if (!(destination instanceof TargetArn.Stream)) {
            unserved.put("KinesisParameters", target.kinesisParameters());
        }
        if (!(destination instanceof TargetArn.ApiDestination)) {
            unserved.put("HttpParameters", target.httpParameters());
        }
        if (destination instanceof TargetArn.Bus) {
            unserved.put("Input", target.input());
            unserved.put("InputPath", target.inputPath());
            unserved.put("InputTransformer", target.inputTransformer());
        }
        unserved.forEach((name, value) -> {
            if (value != null) {
                throw AwsError.validation(
                        "Parameter(s) "
                                + name
                                + " can not be specified for target: "
                                + target.id()
                                + ".");
            }
        });
    }

    private static Input input(software.amazon.awssdk.services.eventbridge.model.Target target) {
        var transformer = target.inputTransformer();
        var forms = 0;
        forms += target.input() == null ? 0 : 1;
        forms += target.inputPath() == null ? 0 : 1;
        forms += transformer == null ? 0 : 1;
        if (forms > 1) {
            throw AwsError.validation(
                    "Only one of Input, InputPath, or InputTransformer must be provided for target "
                            + target.id()
                            + ".");
        }
        if (target.input() != null) {
            return constant(target.id(), target.input());
        }
        if (target.inputPath() != null) {
            return new Input.Part(path(target.inputPath(), "InputPath", target.id()));
        }
        return transformer == null ? new Input.Matched() : transformer(transformer, target.id());
    }

    private static Input constant(String id, String text) {
        var input = new Input.Constant(text);
        if (!input.isJson()) {
            throw AwsError.validation("JSON syntax error in input for target " + id + ".");
        }
        return input;
    }

    private static JsonPath path(String text, String member, String id) {
        try {
            return JsonPath.parse(text);
        } catch (IllegalArgumentException invalid) {
            throw AwsError.validation(member + " for target " + id + " is not valid: " + text);
        }
    }

    private static Input transformer(
            software.amazon.awssdk.services.eventbridge.model.InputTransformer given, String id) {
        Constraints.check()
                .required("inputTransformer.inputTemplate", given.inputTemplate())
                .length(
                        "inputTransformer.inputTemplate",
                        given.inputTemplate(),
                        1,
                        InputTransformer.MAX_TEMPLATE)
                .size(
                        "inputTransformer.inputPathsMap",
                        given.inputPathsMap().entrySet(),
                        0,
                        InputTransformer.MAX_PATHS)
                .orThrow();
        var paths = new HashMap<String, JsonPath>();
        given.inputPathsMap()
                .forEach((name, path) -> {
                    if (name.startsWith("aws.")
                            || name.startsWith("AWS")
                            || name.matches(".*[<>\\s].*")) {
                        throw AwsError.validation(
                                "InputPathsMap for target "
                                        + id
                                        + " contains invalid name "
                                        + name
                                        + ".");
                    }
                    paths.put(name, path(path, "InputPath", id));
                });
        var transformer = new InputTransformer(paths, given.inputTemplate());
        var undefined = transformer.undefined();
        if (!undefined.isEmpty()) {
            throw AwsError.validation(
                    "InputTemplate for target "
                            + id
                            + " contains invalid placeholder "
                            + undefined.getFirst()
                            + ".");
        }
        if (!transformer.isWellFormed()) {
            throw AwsError.validation("Invalid InputTemplate for target " + id + ".");
        }
        return transformer;
    }

    private static @Nullable String partitionKey(
            software.amazon.awssdk.services.eventbridge.model.Target target) {
        var parameters = target.kinesisParameters();
        return parameters == null
                ? null
                : path(parameters.partitionKeyPath(), "PartitionKeyPath", target.id()).toString();
    }

    private static Target.@Nullable HttpParameters http(@Nullable HttpParameters given) {
        if (given == null) {
            return null;
        }
        return new Target.HttpParameters(
                given.pathParameterValues(),
                given.headerParameters(),
                given.queryStringParameters());
    }

    static software.amazon.awssdk.services.eventbridge.model.Target write(Target target) {
        var shape =
                software.amazon.awssdk.services.eventbridge.model.Target.builder()
                        .id(target.id())
                        .arn(target.arn())
                        .roleArn(target.roleArn());
        switch (target.input()) {
            case Input.Matched() -> {}
            case Input.Constant(var json) -> shape.input(json);
            case Input.Part(var path) -> shape.inputPath(path.toString());
            case InputTransformer(var paths, var template) -> {
                Map<String, String> texts = new HashMap<>();
                paths.forEach((name, path) -> texts.put(name, path.toString()));
                shape.inputTransformer(t ->
                        t.inputTemplate(template).inputPathsMap(texts.isEmpty() ? null : texts));
            }
        }
        if (target.partitionKeyPath() != null) {
            shape.kinesisParameters(
                    KinesisParameters.builder()
                            .partitionKeyPath(target.partitionKeyPath())
                            .build());
        }
        Optional.ofNullable(target.http()).ifPresent(http -> shape.httpParameters(write(http)));
        Optional.ofNullable(target.retry())
                .ifPresent(retry ->
                        shape.retryPolicy(r ->
                                r.maximumRetryAttempts(retry.maximumAttempts())
                                        .maximumEventAgeInSeconds(
                                                retry.maximumAge() == null
                                                        ? null
                                                        : (int) retry.maximumAge().toSeconds())));
        return shape.build();
    }

    private static HttpParameters write(Target.HttpParameters http) {
        return HttpParameters.builder()
                .pathParameterValues(http.pathValues().isEmpty() ? null : http.pathValues())
                .headerParameters(http.headers().isEmpty() ? null : http.headers())
                .queryStringParameters(http.query().isEmpty() ? null : http.query())
                .build();
    }
}
