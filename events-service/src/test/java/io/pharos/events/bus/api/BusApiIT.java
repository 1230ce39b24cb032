package io.pharos.events.bus.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.events.bus.pg.PgBuses;
import io.pharos.kit.Database;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.eventbridge.model.EventBus;
import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;

import java.time.Instant;
import java.util.function.Supplier;

class BusApiIT {
    private static final Caller CALLER =
            new Caller(
                    new Tenant("123456789012", "us-east-1"),
                    "AKIA1",
                    "arn:aws:iam::123456789012:root",
                    "r-1",
                    Instant.parse("2026-01-30T10:00:00Z"),
                    "127.0.0.1",
                    "test");

    private final BusApi api = new BusApi(new PgBuses(new Database(TestDatabase.fresh("events"))));

    private static <T> T call(Supplier<T> operation) {
        return ScopedValue.where(Caller.SCOPE, CALLER).call(operation::get);
    }

    @Test
    void everyTenantHasTheDefaultBus() {
        assertThat(call(() -> api.describeEventBus(r -> {})).arn())
                .isEqualTo("arn:aws:events:us-east-1:123456789012:event-bus/default");
        call(() -> api.createEventBus(r -> r.name("orders").description("d")));
        call(() -> api.createEventBus(r -> r.name("Big")));
        assertThat(call(() -> api.listEventBuses(r -> {})).eventBuses())
                .extracting(EventBus::name)
                .containsExactly("Big", "default", "orders");
        assertThat(call(() -> api.listEventBuses(r -> r.namePrefix("o"))).eventBuses()).hasSize(1);
        call(() -> api.updateEventBus(r -> r.description("mine")));
        assertThat(call(() -> api.describeEventBus(r -> r.name("default"))).description())
                .isEqualTo("mine");
        assertThat(call(() -> api.listEventBuses(r -> {})).eventBuses()).hasSize(3);
        call(() -> api.deleteEventBus(r -> r.name("orders")));
        assertThatThrownBy(() -> call(() -> api.describeEventBus(r -> r.name("orders"))))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageStartingWith("Event bus orders does not exist.");
    }

    @Test
    void refusesInAwsWords() {
        call(() -> api.createEventBus(r -> r.name("b")));
        assertThatThrownBy(() -> call(() -> api.createEventBus(r -> r.name("b"))))
                .isInstanceOf(ResourceAlreadyExistsException.class)
                .hasMessageStartingWith("Event bus b already exists.");
        assertThatThrownBy(() -> call(() -> api.createEventBus(r -> r.name("a/b"))))
                .hasMessage("Event bus name must not contain '/'.");
        assertThatThrownBy(() -> call(() -> api.deleteEventBus(r -> r.name("default"))))
                .hasMessage("Cannot delete event bus default.");
        for (var i = 0; i < BusApi.MAX_BUSES - 2; i++) {
            var name = "x" + i;
            call(() -> api.createEventBus(r -> r.name(name)));
        }
        assertThatThrownBy(() -> call(() -> api.createEventBus(r -> r.name("more"))))
                .isInstanceOf(LimitExceededException.class);
    }
}
