package io.pharos.kit.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.stream.ApiRecord;
import io.pharos.stream.ApiResource;
import io.pharos.wire.AwsOperation;
import io.pharos.wire.Caller;
import io.pharos.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
    private static final ObjectMapper JSON = new ObjectMapper();

    /// The request members that name a resource, by service, for `LookupEvents`.
    private static final Map<String, String> RESOURCE_TYPES =
            Map.ofEntries(
                    Map.entry("logs/logGroupName", "AWS::Logs::LogGroup"),
                    Map.entry("cloudwatch/alarmName", "AWS::CloudWatch::Alarm"),
                    Map.entry("events/rule", "AWS::Events::Rule"),
                    Map.entry("cloudtrail/name", "AWS::CloudTrail::Trail"),
                    Map.entry("sns/topicArn", "AWS::SNS::Topic"),
                    Map.entry("sns/name", "AWS::SNS::Topic"),
                    Map.entry("kinesis/streamName", "AWS::Kinesis::Stream"),
                    Map.entry("iam/userName", "AWS::IAM::User"),
                    Map.entry("iam/accessKeyId", "AWS::IAM::AccessKey"));

    /// Whether a service of Pharos made it on its own, not for a client.
    boolean isByService() {
        return caller.sourceIp().endsWith(".amazonaws.com");
    }

    /// @param completedAt the record's `eventTime`, to the second
    public ApiRecord record(UUID eventId, Instant completedAt) {
        var parameters = parameters();
        var userName = Identity.of(caller).userName();
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
                        .setRecord(json(eventId, completedAt, parameters).toString());
        if (parameters != null) {
            var service = operation.service().actionPrefix();
            for (var member : parameters.properties()) {
                var type = RESOURCE_TYPES.get(service + "/" + member.getKey());
                if (type != null && member.getValue().isTextual()) {
                    record.addResources(
                            ApiResource.newBuilder()
                                    .setType(type)
                                    .setName(member.getValue().asText()));
                }
            }
        }
        return record.build();
    }

    private String eventSource() {
        return operation.service().signingName() + ".amazonaws.com";
    }

    private ObjectNode json(UUID eventId, Instant completedAt, @Nullable ObjectNode parameters) {
        var json = JSON.createObjectNode();
        json.put("eventVersion", "1.11");
        identity(json.putObject("userIdentity"));
        json.put("eventTime", completedAt.truncatedTo(ChronoUnit.SECONDS).toString());
        json.put("eventSource", eventSource());
        json.put("eventName", operation.name());
        json.put("awsRegion", caller.tenant().region());
        json.put("sourceIPAddress", caller.sourceIp());
        json.put("userAgent", shortened(caller.userAgent()));
        if (errorCode != null) {
            json.put("errorCode", errorCode);
            if (errorMessage != null) {
                json.put("errorMessage", shortened(errorMessage));
            }
        }
        json.set("requestParameters", parameters);
        json.set("responseElements", operation.isReadOnly() ? null : members(response));
        json.put("requestID", caller.requestId());
        json.put("eventID", eventId.toString());
        json.put("readOnly", operation.isReadOnly());
        json.put("eventType", "AwsApiCall");
        json.put("managementEvent", true);
        json.put("recipientAccountId", caller.tenant().account());
        json.put("eventCategory", "Management");
        return json;
    }

    private void identity(ObjectNode json) {
        var identity = Identity.of(caller);
        json.put("type", identity.userName() == null ? "Root" : "IAMUser");
        json.put("principalId", identity.principalId());
        json.put("arn", caller.principalArn());
        json.put("accountId", caller.tenant().account());
        json.put("accessKeyId", caller.accessKeyId());
        if (identity.userName() != null) {
            json.put("userName", identity.userName());
        }
    }

    private @Nullable ObjectNode parameters() {
        return members(request);
    }

    /// Null for nothing, as CloudTrail writes it; a shape over the limit is left out and said so.
    private static @Nullable ObjectNode members(@Nullable SdkPojo shape) {
        if (shape == null) {
            return null;
        }
        var text = SdkJson.write(shape);
        if (text.length() > MAX_MEMBER_CHARS) {
            return JSON.createObjectNode().put("omitted", true);
        }
        try {
            JsonNode members = JSON.readTree(text);
            return members.isEmpty() ? null : (ObjectNode) members;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String shortened(String text) {
        return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS);
    }
}
