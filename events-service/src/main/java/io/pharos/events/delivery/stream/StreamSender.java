package io.pharos.events.delivery.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.events.bus.BusName;
import io.pharos.events.delivery.Delivery;
import io.pharos.events.delivery.Outcome;
import io.pharos.events.stream.kafka.RecordWriter;
import io.pharos.events.target.Happening;
import io.pharos.events.target.InputTransformer;
import io.pharos.events.target.JsonPath;
import io.pharos.events.target.TargetArn;
import io.pharos.kit.StreamProducer;
import io.pharos.stream.BusEvents;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.AwsError;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;

/// Delivers to what lives behind Kafka: log groups, buses, streams.
@Singleton
public final class StreamSender {
    /// What a record of a stream may weigh.
    static final int MAX_RECORD_BYTES = 1 << 20;

    /// Characters of a partition key; longer ones give way to the event's id.
    static final int MAX_KEY = 256;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StreamProducer producer;
    private final RecordWriter records;
    private final InstantSource clock;

    public StreamSender(StreamProducer producer, RecordWriter records, InstantSource clock) {
        this.producer = producer;
        this.records = records;
        this.clock = clock;
    }

    /// Tries once.
    public Outcome send(Delivery delivery, Happening event, String body) {
        try {
            switch (delivery.target().destination()) {
                case TargetArn.LogGroup group -> {
                    return toLogGroup(group, delivery, body);
                }
                case TargetArn.Bus bus -> toBus(bus, delivery);
                case TargetArn.Stream stream -> {
                    if (body.getBytes(StandardCharsets.UTF_8).length > MAX_RECORD_BYTES) {
                        return new Outcome.Refused("INVALID_PARAMETER", "The record is too large.");
                    }
                    toStream(stream, delivery, event, body);
                }
                default -> throw new IllegalArgumentException(delivery.target().arn());
            }
            return new Outcome.Delivered();
        } catch (ResourceNotFoundException gone) {
            return new Outcome.Refused("NO_RESOURCE", "There is no such stream.");
        } catch (AwsError error) {
            return error.isClientFault() && !error.code().equals("ThrottlingException")
                    ? new Outcome.Refused("INVALID_PARAMETER", String.valueOf(error.getMessage()))
                    : new Outcome.Failed("THROTTLING", String.valueOf(error.getMessage()));
        }
    }

    private Outcome toLogGroup(TargetArn.LogGroup group, Delivery delivery, String body) {
        var timestamp = delivery.event().getTimeMs();
        var message = body;
        if (delivery.target().input() instanceof InputTransformer) {
            var shaped = tree(body);
            var given = timestamp(shaped.path("timestamp"));
            if (given.isEmpty() || !shaped.has("message")) {
                return new Outcome.Refused(
                        "INVALID_PARAMETER", "A log group wants {\"timestamp\":…,\"message\":…}.");
            }
            timestamp = given.getAsLong();
            var text = shaped.path("message");
            message = text.isTextual() ? text.textValue() : text.toString();
        }
        if (message.getBytes(StandardCharsets.UTF_8).length
                > LogBatchCodec.MAX_BATCH_BYTES - LogBatchCodec.EVENT_OVERHEAD) {
            return new Outcome.Refused("INVALID_PARAMETER", "The log event is too large.");
        }
        var batch =
                LogBatch.newBuilder()
                        .setAccount(group.tenant().account())
                        .setRegion(group.tenant().region())
                        .setLogGroup(group.name())
                        // AWS: a stream of its own for each delivery.
                        .setLogStream(delivery.id().toString())
                        .setReceivedMs(clock.millis())
                        .setCreateMissing(true);
        LogBatchCodec.fill(batch, new PackedEvents.Builder().add(timestamp, message).build());
        await(Topic.LOG_EVENTS.topicName(), LogBatchCodec.key(batch), batch.build().toByteArray());
        return new Outcome.Delivered();
    }

    private static JsonNode tree(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException text) {
            return JSON.missingNode();
        }
    }

    private static OptionalLong timestamp(JsonNode given) {
        try {
            if (given.isNumber()) {
                return OptionalLong.of(given.asLong());
            }
            return given.isTextual()
                    ? OptionalLong.of(Instant.parse(given.textValue()).toEpochMilli())
                    : OptionalLong.empty();
        } catch (DateTimeException notATime) {
            return OptionalLong.empty();
        }
    }

    private void toBus(TargetArn.Bus bus, Delivery delivery) {
        var event = delivery.event();
        var forwarded = event.toBuilder().setBus(bus.name()).setHops(event.getHops() + 1).build();
        await(
                Topic.BUS_EVENTS.topicName(),
                new BusName(bus.tenant(), bus.name()).streamKey().getBytes(StandardCharsets.UTF_8),
                BusEvents.newBuilder().addEvents(forwarded).build().toByteArray());
    }

    private void toStream(
            TargetArn.Stream stream, Delivery delivery, Happening event, String body) {
        var path = delivery.target().partitionKeyPath();
        var key =
                path == null
                        ? delivery.event().getId()
                        : JsonPath.parse(path)
                                .in(event.tree())
                                .map(JsonNode::asText)
                                .filter(text -> !text.isEmpty() && text.length() <= MAX_KEY)
                                .orElse(delivery.event().getId());
        records.put(stream.tenant(), stream.name(), key, body.getBytes(StandardCharsets.UTF_8));
    }

    private void await(String topic, byte[] key, byte[] value) {
        StreamProducer.await(List.of(producer.send(topic, key, value)));
    }
}
