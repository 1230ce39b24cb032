package io.pharos.kit.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;

import io.pharos.stream.ApiRecord;
import io.pharos.stream.ApiResource;
import io.pharos.wire.AwsOperation;
import io.pharos.wire.Caller;
import io.pharos.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A finished call, as CloudTrail records it: event version 1.11, without `tlsDetails`, which only the
/// proxy in front of Pharos knows.
///
/// @param request null when it could not be decoded
/// @param response null when the call failed
/// @param errorCode null when it succeeded
public record ApiCall(
        Caller caller,
        AwsOperation operation,
        @Nullable SdkPojo request,
        @Nullable SdkPojo response,
        @Nullable String errorCode,
        @Nullable String errorMessage) {
    static final int MAX_MEMBER_CHARS = 100 * 1024;
    private static final int MAX_TEXT_CHARS = 1_024;

    /// A thread of each call's own has no buffers from the call before: they are shared instead.
    private static final ObjectMapper JSON =
            new ObjectMapper(
                    JsonFactory.builder()
                            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                            .build());

    /// The request members that name a resource, by service, for `LookupEvents`.
    private static final Map<String, Map<String, String>> RESOURCE_TYPES =
            Map.of(
                    "logs", Map.of("logGroupName", "AWS::Logs::LogGroup"),
                    "cloudwatch", Map.of("alarmName", "AWS::CloudWatch::Alarm"),
                    "events", Map.of("rule", "AWS::Events::Rule"),
                    "cloudtrail", Map.of("name", "AWS::CloudTrail::Trail"),
                    "sns", Map.of("topicArn", "AWS::SNS::Topic", "name", "AWS::SNS::Topic"),
                    "kinesis", Map.of("streamName", "AWS::Kinesis::Stream"),
                    "autoscaling",
                            Map.of(
                                    "autoScalingGroupName",
                                    "AWS::AutoScaling::AutoScalingGroup",
                                    "launchConfigurationName",
                                    "AWS::AutoScaling::LaunchConfiguration"),
                    "iam",
                            Map.of(
                                    "userName",
                                    "AWS::IAM::User",
                                    "accessKeyId",
                                    "AWS::IAM::AccessKey"));

    /// Whether a service of Pharos made it on its own, not for a client.
    boolean isByService() {
        return caller.sourceIp().endsWith(".amazonaws.com");
    }

    /// @param completedAt the record's `eventTime`, to the second
    public ApiRecord record(UUID eventId, Instant completedAt) {
        var parameters = members(request);
        var identity = Identity.of(caller);
        var userName = identity.userName();
        var record =
                ApiRecord.newBuilder()
                        .setAccount(caller.tenant().account())
                        .setRegion(caller.tenant().region())
                        .setEventId(eventId.toString())
                        .setTimeMs(completedAt.toEpochMilli())
                        .setEventSource(eventSource())
                        .setEventName(operation.name())
                        .setReadOnly(operation.isReadOnly())
                        .setAccessKeyId(caller.accessKeyId())
                        .setUserName(userName == null ? "root" : userName)
                        .setRecord(json(eventId, completedAt, identity, parameters));
        if (parameters != null) {
            record.addAllResources(resources(parameters));
        }
        return record.build();
    }

    private List<ApiResource> resources(String parameters) {
        var types = RESOURCE_TYPES.getOrDefault(operation.service().actionPrefix(), Map.of());
        // Most calls name none, so most are not read again.
        if (types.keySet().stream().noneMatch(name -> parameters.contains('"' + name + "\":\""))) {
            return List.of();
        }
        var resources = new ArrayList<ApiResource>();
        try {
            for (var member : JSON.readTree(parameters).properties()) {
                var type = types.get(member.getKey());
                if (type != null && member.getValue().isTextual()) {
                    resources.add(
                            ApiResource.newBuilder()
                                    .setType(type)
                                    .setName(member.getValue().asText())
                                    .build());
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        return resources;
    }

    private String eventSource() {
        return operation.service().signingName() + ".amazonaws.com";
    }

    private ByteString json(
            UUID eventId, Instant completedAt, Identity identity, @Nullable String parameters) {
        var text = ByteString.newOutput(1_024);
        try (var json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("eventVersion", "1.11");
            write(identity, json);
            json.writeStringField(
                    "eventTime", completedAt.truncatedTo(ChronoUnit.SECONDS).toString());
            json.writeStringField("eventSource", eventSource());
            json.writeStringField("eventName", operation.name());
            json.writeStringField("awsRegion", caller.tenant().region());
            json.writeStringField("sourceIPAddress", caller.sourceIp());
            json.writeStringField("userAgent", shortened(caller.userAgent()));
            if (errorCode != null) {
                json.writeStringField("errorCode", errorCode);
                if (errorMessage != null) {
                    json.writeStringField("errorMessage", shortened(errorMessage));
                }
            }
            json.writeFieldName("requestParameters");
            json.writeRawValue(parameters == null ? "null" : parameters);
            var elements = operation.isReadOnly() ? null : members(response);
            json.writeFieldName("responseElements");
            json.writeRawValue(elements == null ? "null" : elements);
            json.writeStringField("requestID", caller.requestId());
            json.writeStringField("eventID", eventId.toString());
            json.writeBooleanField("readOnly", operation.isReadOnly());
            json.writeStringField("eventType", "AwsApiCall");
            json.writeBooleanField("managementEvent", true);
            json.writeStringField("recipientAccountId", caller.tenant().account());
            json.writeStringField("eventCategory", "Management");
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toByteString();
    }

    private void write(Identity identity, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("userIdentity");
        json.writeStringField("type", identity.userName() == null ? "Root" : "IAMUser");
        json.writeStringField("principalId", identity.principalId());
        json.writeStringField("arn", caller.principalArn());
        json.writeStringField("accountId", caller.tenant().account());
        json.writeStringField("accessKeyId", caller.accessKeyId());
        if (identity.userName() != null) {
            json.writeStringField("userName", identity.userName());
        }
        json.writeEndObject();
    }

    /// Null for nothing, as CloudTrail writes it; a shape over the limit is left out and said so.
    private static @Nullable String members(@Nullable SdkPojo shape) {
        if (shape == null) {
            return null;
        }
        var text = SdkJson.write(shape);
        if (text.length() > MAX_MEMBER_CHARS) {
            return "{\"omitted\":true}";
        }
        return text.equals("{}") ? null : text;
    }

    private static String shortened(String text) {
        return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS);
    }
}
