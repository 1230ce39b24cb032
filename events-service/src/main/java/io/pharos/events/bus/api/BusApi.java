package io.pharos.events.bus.api;

import io.pharos.events.bus.Bus;
import io.pharos.events.bus.BusName;
import io.pharos.events.bus.Page;
import io.pharos.events.bus.Tags;
import io.pharos.events.bus.pg.PgBuses;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.CreateEventBusRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateEventBusResponse;
import software.amazon.awssdk.services.eventbridge.model.DeleteEventBusRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteEventBusResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeEventBusRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeEventBusResponse;
import software.amazon.awssdk.services.eventbridge.model.EventBus;
import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.ListEventBusesRequest;
import software.amazon.awssdk.services.eventbridge.model.ListEventBusesResponse;
import software.amazon.awssdk.services.eventbridge.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.eventbridge.model.Tag;
import software.amazon.awssdk.services.eventbridge.model.UpdateEventBusRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateEventBusResponse;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Event buses. Policies, archives, encryption keys, bus logs and dead-letter queues are refused.
@Singleton
final class BusApi implements EventBridgeClient {
    static final int MAX_BUSES = 100;
    private static final Pattern NAME = Pattern.compile("[/\\.\\-_A-Za-z0-9]+");

    private final PgBuses buses;

    BusApi(PgBuses buses) {
        this.buses = buses;
    }

    @Override
    public CreateEventBusResponse createEventBus(CreateEventBusRequest request) {
        Constraints.check()
                .required("name", request.name())
                .pattern("name", request.name(), NAME)
                .length("name", request.name(), 1, 256)
                .length("description", request.description(), 0, 512)
                .orThrow();
        if (request.name().contains("/")) {
            throw AwsError.validation("Event bus name must not contain '/'.");
        }
        refuse("EventSourceName", request.eventSourceName());
        refuse("KmsKeyIdentifier", request.kmsKeyIdentifier());
        refuse("DeadLetterConfig", request.deadLetterConfig());
        refuse("LogConfig", request.logConfig());
        var caller = Caller.current();
        var name = new BusName(caller.tenant(), request.name());
        var tags =
                Tags.NONE.with(
                        request.tags().stream()
                                .collect(
                                        Collectors.toMap(Tag::key, Tag::value, (_, last) -> last)));
        if (buses.count(caller.tenant()) >= MAX_BUSES) {
            throw LimitExceededException.builder()
                    .message("The requested resource exceeds the maximum number allowed.")
                    .build();
        }
        var bus = new Bus(name, request.description(), null, null);
        if (name.isDefault() || !buses.create(bus, tags, caller.receivedAt())) {
            throw ResourceAlreadyExistsException.builder()
                    .message("Event bus " + request.name() + " already exists.")
                    .build();
        }
        return CreateEventBusResponse.builder()
                .eventBusArn(name.arn())
                .description(request.description())
                .build();
    }

    private static void refuse(String member, @Nullable Object value) {
        if (value != null) {
            throw AwsError.validation("Parameter " + member + " is not supported.");
        }
    }

    @Override
    public DeleteEventBusResponse deleteEventBus(DeleteEventBusRequest request) {
        Constraints.check().required("name", request.name()).orThrow();
        var name = new BusName(Caller.current().tenant(), request.name());
        if (name.isDefault()) {
            throw AwsError.validation("Cannot delete event bus default.");
        }
        switch (buses.delete(name)) {
            case MISSING -> throw name.doesNotExist();
            case HAS_RULES ->
                    throw AwsError.validation("Event bus can't be deleted since it has rules.");
            case DELETED -> {}
        }
        return DeleteEventBusResponse.builder().build();
    }

    @Override
    public DescribeEventBusResponse describeEventBus(DescribeEventBusRequest request) {
        var name = BusName.of(Caller.current().tenant(), request.name());
        var bus = buses.find(name).orElseThrow(name::doesNotExist);
        return DescribeEventBusResponse.builder()
                .name(name.name())
                .arn(name.arn())
                .description(bus.description())
                .creationTime(bus.createdAt())
                .lastModifiedTime(bus.modifiedAt())
                .build();
    }

    @Override
    public ListEventBusesResponse listEventBuses(ListEventBusesRequest request) {
        var limit = Page.limit(request.limit());
        var prefix = request.namePrefix() == null ? "" : request.namePrefix();
        var rows =
                buses.list(
                        Caller.current().tenant(),
                        prefix,
                        Page.after(request.nextToken()),
                        limit + 1);
        var page = Page.of(rows, limit, bus -> bus.name().name());
        return ListEventBusesResponse.builder()
                .eventBuses(page.items().stream().map(BusApi::listed).toList())
                .nextToken(page.nextToken())
                .build();
    }

    private static EventBus listed(Bus bus) {
        return EventBus.builder()
                .name(bus.name().name())
                .arn(bus.name().arn())
                .description(bus.description())
                .creationTime(bus.createdAt())
                .lastModifiedTime(bus.modifiedAt())
                .build();
    }

    @Override
    public UpdateEventBusResponse updateEventBus(UpdateEventBusRequest request) {
        Constraints.check().length("description", request.description(), 0, 512).orThrow();
        refuse("KmsKeyIdentifier", request.kmsKeyIdentifier());
        refuse("DeadLetterConfig", request.deadLetterConfig());
        refuse("LogConfig", request.logConfig());
        var caller = Caller.current();
        var name = BusName.of(caller.tenant(), request.name());
        if (!buses.describe(name, request.description(), caller.receivedAt())) {
            throw name.doesNotExist();
        }
        return UpdateEventBusResponse.builder()
                .arn(name.arn())
                .name(name.name())
                .description(request.description())
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
