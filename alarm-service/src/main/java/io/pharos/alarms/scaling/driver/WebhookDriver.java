package io.pharos.alarms.scaling.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.alarms.http.Webhook;
import io.pharos.alarms.scaling.GroupInstance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;

/// Tells a program of the operator's how many there are to be. Its answer may say how many there are;
/// one that does not has done it.
public final class WebhookDriver implements CapacityDriver {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Webhook webhook;
    private final Duration deadline;

    /// @param deadline what takes longer has failed
    public WebhookDriver(Webhook webhook, Duration deadline) {
        this.webhook = webhook;
        this.deadline = deadline;
    }

    @Override
    public Map<String, Outcome> advance(GroupWork work, Instant now) {
        var body = body(work).toString();
        // The same as long as the same is wanted.
        var id = UUID.nameUUIDFromBytes(body.getBytes(StandardCharsets.UTF_8));
        var reply = webhook.post(id.toString(), body);
        if (!reply.isTaken()) {
            return reply.isTransient()
                    ? Capacity.overdue(work, Map.of(), deadline, reply.reason(), now)
                    : Capacity.failed(work, reply.reason());
        }
        var outcomes = Capacity.outcomes(work, actual(reply.body()).orElse(work.wanted()));
        return Capacity.overdue(
                work, outcomes, deadline, "It did not happen within " + deadline + ".", now);
    }

    private static ObjectNode body(GroupWork work) {
        var group = work.group().group();
        var tenant = work.group().key().tenant();
        var body = JsonNodeFactory.instance.objectNode();
        body.put("accountId", tenant.account()).put("region", tenant.region());
        body.put("autoScalingGroupName", group.autoScalingGroupName());
        body.put("autoScalingGroupArn", group.autoScalingGroupARN());
        body.put("desiredCapacity", work.wanted());
        body.put("minSize", group.minSize()).put("maxSize", group.maxSize());
        ids(body.putArray("launching"), work.launching());
        ids(body.putArray("terminating"), work.terminating());
        var tags = body.putObject("tags");
        group.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
        var configuration = work.launchConfiguration();
        if (configuration != null) {
            body.putObject("launchConfiguration")
                    .put("name", configuration.launchConfigurationName())
                    .put("imageId", configuration.imageId())
                    .put("instanceType", configuration.instanceType())
                    .put("userData", configuration.userData());
        }
        return body;
    }

    private static void ids(ArrayNode to, List<GroupInstance> instances) {
        instances.forEach(instance -> to.add(instance.id()));
    }

    private static OptionalInt actual(String answer) {
        try {
            var capacity = JSON.readTree(answer).path("capacity");
            return capacity.canConvertToInt() && capacity.asInt() >= 0
                    ? OptionalInt.of(capacity.asInt())
                    : OptionalInt.empty();
        } catch (JsonProcessingException none) {
            return OptionalInt.empty();
        }
    }
}
