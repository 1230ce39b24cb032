package io.pharos.logs.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.group.LogGroup;
import io.pharos.logs.policy.PolicyHistory;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.PolicyVersion;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Which policies hold for which event.
class EventViewTest {
    private static final LogGroup GROUP =
            new LogGroup(7, new Tenant("123456789012", "eu-west-1"), "app", 0, null, false);
    private static final String JSON = "[{\"parseJSON\":{}}]";

    @Test
    void protectionHoldsForWhatCameUnderIt() {
        var view =
                view(
                        version(1, PolicyKind.DATA_PROTECTION, 7L, email(), 10_000, 20_000L),
                        version(2, PolicyKind.DATA_PROTECTION, null, ip(), 15_000, null));
        assertThat(shown(view, 8_999)).isEqualTo("a@b.co 192.0.2.1");
        // Clocks may differ.
        assertThat(shown(view, 9_000)).isEqualTo("****** 192.0.2.1");
        assertThat(shown(view, 16_000)).isEqualTo("****** *********");
        assertThat(shown(view, 20_000)).isEqualTo("a@b.co *********");
        assertThat(view.masks()).isTrue();
        assertThat(view.transforms()).isFalse();
    }

    @Test
    void aGroupsTransformerGoesBeforeTheAccounts() {
        var add =
                "[{\"parseJSON\":{}},{\"addKeys\":{\"entries\":[{\"key\":\"x\",\"value\":\"1\"}]}}]";
        var view =
                view(
                        version(1, PolicyKind.TRANSFORMER, null, add, 0, null),
                        version(2, PolicyKind.TRANSFORMER, 7L, JSON, 100, 200L));
        assertThat(view.transformed("{}", 99, "s", true)).isEqualTo("{\"x\":\"1\"}");
        assertThat(view.transformed("{}", 100, "s", true)).isEqualTo("{}");
        assertThat(view.transformed("{}", 200, "s", true)).isEqualTo("{\"x\":\"1\"}");
        assertThat(view.transformed("no json", 200, "s", true)).isNull();
    }

    @Test
    void whatIsTransformedIsMaskedToo() {
        var view =
                view(
                        version(1, PolicyKind.DATA_PROTECTION, 7L, email(), 0, null),
                        version(2, PolicyKind.TRANSFORMER, 7L, JSON, 0, null));
        var text = "{\"user\":\"a@b.co\"}";
        assertThat(view.transformed(text, 1, "s", true)).isEqualTo("{\"user\":\"******\"}");
        assertThat(view.transformed(text, 1, "s", false)).isEqualTo(text);
        var events =
                new PackedEvents.Builder().add(1, "fine").add(2, text).add(3, "a@b.co").build();
        var made = view.transformed(events, 1, "s");
        assertThat(made.transformed()).isEqualTo(1);
        assertThat(made.errors()).isEqualTo(2);
        assertThat(made.events().message(0)).isEqualTo("fine");
        assertThat(made.events().message(1)).isEqualTo("{\"user\":\"******\"}");
        assertThat(made.events().message(2)).isEqualTo("******");
        assertThat(view.shown(events, 1).message(1)).isEqualTo("{\"user\":\"******\"}");
        assertThat(view.shown(events, 1).timestampMs(2)).isEqualTo(3);
    }

    @Test
    void aPolicyThatCanNotBeReadHidesEverything() {
        var view = view(version(1, PolicyKind.DATA_PROTECTION, 7L, "{}", 0, null));
        assertThat(shown(view, 1)).isEqualTo("****************");
    }

    private static String shown(EventView view, long receivedMs) {
        var bytes = "a@b.co 192.0.2.1".getBytes(StandardCharsets.UTF_8);
        return view.shown(bytes, 0, bytes.length, receivedMs);
    }

    private static EventView view(PolicyVersion... versions) {
        return EventView.of(GROUP, new PolicyHistory(List.of(versions)));
    }

    private static PolicyVersion version(
            long id,
            PolicyKind kind,
            @Nullable Long group,
            String document,
            long from,
            @Nullable Long until) {
        return new PolicyVersion(
                id, kind, group, "", null, null, document, from, from, from, until);
    }

    private static String email() {
        return Policies.protection("EmailAddress", null);
    }

    private static String ip() {
        return Policies.protection("IpAddress", null);
    }
}
