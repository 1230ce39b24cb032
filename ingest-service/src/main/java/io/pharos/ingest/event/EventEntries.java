package io.pharos.ingest.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.stream.BusEvent;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// What PutEvents checks: the request as a whole, then every entry for itself.
///
/// Source: the EventBridge API reference, PutEvents, and its recorded answers.
public final class EventEntries {
    public static final int MAX_ENTRIES = 10;
    public static final int MAX_TOTAL_BYTES = 1 << 20;
    private static final int TIME_BYTES = 14;
    private static final int MAX_DEPTH = 1_000;
    private static final Pattern BUS_ARN =
            Pattern.compile("arn:aws:events:([a-z0-9-]+):(\\d{12}):event-bus/(.+)");
    private static final Pattern BUS_NAME = Pattern.compile("[/.\\-_A-Za-z0-9]{1,256}");
    private static final ObjectMapper JSON =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxStringLength(MAX_TOTAL_BYTES)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private EventEntries() {}

    /// The checks on the whole request.
    ///
    /// @throws AwsError ValidationException
    public static void check(List<PutEventsRequestEntry> entries) {
        if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
            var bound =
                    entries.isEmpty() ? "greater than or equal to 1" : "less than or equal to 10";
            throw AwsError.validation(
                    "1 validation error detected: Value '%s' at 'entries' failed to satisfy"
                                    .formatted(summary(entries))
                            + " constraint: Member must have length "
                            + bound);
        }
        if (entries.stream().mapToLong(EventEntries::sizeBytes).sum() > MAX_TOTAL_BYTES) {
            throw AwsError.validation(
                    "Total size of the entries in the request is over the limit.");
        }
    }

    /// AWS echoes the entries; a long echo says nothing more.
    private static String summary(List<PutEventsRequestEntry> entries) {
        var text = entries.toString();
        return text.length() <= 1_024 ? text : text.substring(0, 1_021) + "...";
    }

    static long sizeBytes(PutEventsRequestEntry entry) {
        var size = entry.time() == null ? 0L : TIME_BYTES;
        size += utf8(entry.source()) + utf8(entry.detailType()) + utf8(entry.detail());
        for (var resource : entry.resources()) {
            size += utf8(resource);
        }
        return size;
    }

    private static long utf8(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }

    /// What is wrong with one entry, as its place in the answer shows it; empty when it is taken.
    public static Optional<PutEventsResultEntry> refuse(PutEventsRequestEntry entry) {
        if (isBlank(entry.source())) {
            return missing("Source");
        }
        if (isBlank(entry.detailType())) {
            return missing("DetailType");
        }
        if (isBlank(entry.detail())) {
            return missing("Detail");
        }
        if (!isObject(entry.detail())) {
            return refused("MalformedDetail", "Detail is malformed.");
        }
        if (entry.source().startsWith("aws.")) {
            return refused("NotAuthorizedForSourceException", "Not authorized for the source.");
        }
        var bus = entry.eventBusName();
        if (bus != null && !BUS_NAME.matcher(bus).matches() && !BUS_ARN.matcher(bus).matches()) {
            return refused("InvalidArgument", "Parameter EventBusName is not valid.");
        }
        return Optional.empty();
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    private static Optional<PutEventsResultEntry> missing(String member) {
        return refused(
                "InvalidArgument",
                "Parameter %s is not valid. Reason: %s is a required argument."
                        .formatted(member, member));
    }

    private static Optional<PutEventsResultEntry> refused(String code, String message) {
        return Optional.of(
                PutEventsResultEntry.builder().errorCode(code).errorMessage(message).build());
    }

    private static boolean isObject(String detail) {
        try (var parser = JSON.createParser(detail)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The event as it travels, with an id of its own. A bus named by the ARN of another account or
    /// region belongs to that tenant.
    public static BusEvent event(PutEventsRequestEntry entry, Tenant caller, Instant receivedAt) {
        var bus = entry.eventBusName() == null ? "default" : entry.eventBusName();
        var event =
                BusEvent.newBuilder()
                        .setAccount(caller.account())
                        .setRegion(caller.region())
                        .setBus(bus);
        var arn = BUS_ARN.matcher(bus);
        if (arn.matches()) {
            event.setRegion(arn.group(1)).setAccount(arn.group(2)).setBus(arn.group(3));
        }
        var time = entry.time() == null ? receivedAt : entry.time();
        return event.setId(UUID.randomUUID().toString())
                .setSource(entry.source())
                .setDetailType(entry.detailType())
                .setTimeMs(time.toEpochMilli())
                .addAllResources(entry.resources())
                .setDetail(entry.detail())
                .setIngestedMs(receivedAt.toEpochMilli())
                .build();
    }
}
