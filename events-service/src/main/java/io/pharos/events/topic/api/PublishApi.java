package io.pharos.events.topic.api;

import io.pharos.events.topic.Bell;
import io.pharos.events.topic.MessageAttribute;
import io.pharos.events.topic.Publication;
import io.pharos.events.topic.SnsFault;
import io.pharos.events.topic.TopicArn;
import io.pharos.events.topic.pg.PgOutbox;
import io.pharos.events.topic.pg.PgTopics;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.BatchEntryIdsNotDistinctException;
import software.amazon.awssdk.services.sns.model.BatchRequestTooLongException;
import software.amazon.awssdk.services.sns.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sns.model.EmptyBatchRequestException;
import software.amazon.awssdk.services.sns.model.InvalidBatchEntryIdException;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.InvalidParameterValueException;
import software.amazon.awssdk.services.sns.model.PublishBatchRequest;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sns.model.PublishBatchResponse;
import software.amazon.awssdk.services.sns.model.PublishBatchResultEntry;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;
import software.amazon.awssdk.services.sns.model.TooManyEntriesInBatchRequestException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// Publishing. A caller who may repeat itself sends its own id in the header [#MESSAGE_ID]: a second
/// publish with the same id within a day changes nothing and answers the same.
@Singleton
public final class PublishApi implements SnsClient {
    static final String MESSAGE_ID = "x-pharos-message-id";

    private static final int MAX_ENTRIES = 10;
    private static final int MAX_ENTRY_ID = 80;
    private static final Pattern ENTRY_ID = Pattern.compile("[A-Za-z0-9_-]*");

    private final PgTopics topics;
    private final PgOutbox outbox;
    private final Bell bell;

    public PublishApi(PgTopics topics, PgOutbox outbox, Bell bell) {
        this.topics = topics;
        this.outbox = outbox;
        this.bell = bell;
    }

    @Override
    public PublishResponse publish(PublishRequest request) {
        var topic = target(request);
        refuseFifo(request.messageGroupId(), request.messageDeduplicationId());
        var publication =
                new Publication(
                        request.subject(),
                        request.message() == null ? "" : request.message(),
                        request.messageStructure(),
                        MessageAttribute.check(request.messageAttributes()));
        var given = givenId();
        var id = given.orElseGet(UUID::randomUUID);
        outbox.publish(topic, id, given.isPresent(), publication, Caller.current().receivedAt());
        bell.ring();
        return PublishResponse.builder().messageId(id.toString()).build();
    }

    private static TopicArn target(PublishRequest request) {
        if (request.phoneNumber() != null) {
            throw SnsFault.invalid("PhoneNumber Reason: SMS is not supported by this endpoint");
        }
        if (request.topicArn() != null) {
            if (request.targetArn() != null) {
                throw SnsFault.invalid(
                        "TopicArn or TargetArn Reason: Both TopicArn and TargetArn were specified");
            }
            return OwnTopic.topic(request.topicArn(), "Publish");
        }
        if (request.targetArn() == null) {
            throw SnsFault.invalid("TopicArn or TargetArn Reason: no value for required parameter");
        }
        if (request.targetArn().contains(":endpoint/")) {
            throw SnsFault.invalid(
                    "TargetArn Reason: No endpoint found for the target arn specified");
        }
        return OwnTopic.own(
                TopicArn.parse("TargetArn", request.targetArn()), "TargetArn", "Publish");
    }

    // No receiver of Pharos's keeps groups apart or removes duplicates.
    private static void refuseFifo(@Nullable String group, @Nullable String deduplication) {
        if (group != null) {
            throw notForThisType("MessageGroupId");
        }
        if (deduplication != null) {
            throw notForThisType("MessageDeduplicationId");
        }
    }

    private static InvalidParameterException notForThisType(String member) {
        return SnsFault.invalid(
                member
                        + " Reason: The request includes "
                        + member
                        + " parameter that is not valid for this topic type");
    }

    private static Optional<UUID> givenId() {
        try {
            return Headers.current().first(MESSAGE_ID).map(UUID::fromString);
        } catch (IllegalArgumentException _) {
            throw SnsFault.invalid(MESSAGE_ID);
        }
    }

    @Override
    public PublishBatchResponse publishBatch(PublishBatchRequest request) {
        var topic = OwnTopic.topic(request.topicArn(), "Publish");
        var entries = request.publishBatchRequestEntries();
        checkBatch(entries);
        topics.require(topic);
        var successful = new ArrayList<PublishBatchResultEntry>();
        var failed = new ArrayList<BatchResultErrorEntry>();
        for (var entry : entries) {
            try {
                var id = UUID.randomUUID();
                outbox.publish(topic, id, false, publication(entry), Caller.current().receivedAt());
                successful.add(
                        PublishBatchResultEntry.builder()
                                .id(entry.id())
                                .messageId(id.toString())
                                .build());
            } catch (InvalidParameterException refused) {
                failed.add(failure(entry, "InvalidParameter", refused.getMessage()));
            } catch (InvalidParameterValueException refused) {
                failed.add(failure(entry, "ParameterValueInvalid", refused.getMessage()));
            }
        }
        bell.ring();
        return PublishBatchResponse.builder().successful(successful).failed(failed).build();
    }

    private static Publication publication(PublishBatchRequestEntry entry) {
        refuseFifo(entry.messageGroupId(), entry.messageDeduplicationId());
        return new Publication(
                entry.subject(),
                entry.message() == null ? "" : entry.message(),
                entry.messageStructure(),
                MessageAttribute.check(entry.messageAttributes()));
    }

    private static BatchResultErrorEntry failure(
            PublishBatchRequestEntry entry, String code, @Nullable String message) {
        return BatchResultErrorEntry.builder()
                .id(entry.id())
                .code(code)
                .message(message)
                .senderFault(true)
                .build();
    }

    private static void checkBatch(List<PublishBatchRequestEntry> entries) {
        if (entries.isEmpty()) {
            throw EmptyBatchRequestException.builder()
                    .message("The batch request doesn't contain any entries.")
                    .build();
        }
        if (entries.size() > MAX_ENTRIES) {
            throw TooManyEntriesInBatchRequestException.builder()
                    .message("The batch request contains more entries than permissible.")
                    .build();
        }
        if (entries.stream().map(PublishBatchRequestEntry::id).distinct().count()
                != entries.size()) {
            throw BatchEntryIdsNotDistinctException.builder()
                    .message("Two or more batch entries in the request have the same Id.")
                    .build();
        }
        entries.forEach(PublishApi::checkEntryId);
        var bytes =
                entries.stream()
                        .mapToLong(e -> e.message() == null ? 0 : Publication.sizeOf(e.message()))
                        .sum();
        if (bytes > Publication.MAX_BYTES) {
            throw BatchRequestTooLongException.builder()
                    .message("The length of all the messages put together is more than the limit.")
                    .build();
        }
    }

    private static void checkEntryId(PublishBatchRequestEntry entry) {
        var id = entry.id() == null ? "" : entry.id();
        if (id.isEmpty() || !ENTRY_ID.matcher(id).matches()) {
            throw InvalidBatchEntryIdException.builder()
                    .message(
                            "The Id of a batch entry in the batch request contains an impermissible character: "
                                    + id)
                    .build();
        }
        if (id.length() > MAX_ENTRY_ID) {
            throw InvalidBatchEntryIdException.builder()
                    .message("The Id of a batch entry in the batch request is too long: " + id)
                    .build();
        }
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
