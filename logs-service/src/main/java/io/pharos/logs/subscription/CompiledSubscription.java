package io.pharos.logs.subscription;

import io.pharos.logs.destination.Target;
import io.pharos.logs.event.EventId;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.logs.subscription.SubscriptionEnvelope.Event;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// A subscription filter ready for events. Immutable.
public final class CompiledSubscription {
    private final SubscriptionFilter filter;
    private final FilterPattern pattern;
    private final Map<String, String> systemFields;
    private final @Nullable Target target;
    private final boolean ofAccount;

    /// @param target null when what it points to is gone
    /// @param ofAccount it is an account's policy
    public CompiledSubscription(
            SubscriptionFilter filter,
            @Nullable Target target,
            boolean ofAccount,
            Tenant tenant,
            String logGroup) {
        this.filter = filter;
        this.target = target;
        this.ofAccount = ofAccount;
        this.pattern = FilterPattern.parse(filter.pattern());
        var fields = new LinkedHashMap<String, String>();
        for (var field : filter.systemFields()) {
            switch (field) {
                case SubscriptionFilter.ACCOUNT -> fields.put(field, tenant.account());
                case SubscriptionFilter.REGION -> fields.put(field, tenant.region());
                default -> fields.put(field, logGroup);
            }
        }
        this.systemFields = fields;
    }

    public SubscriptionFilter filter() {
        return filter;
    }

    /// Where its records go; null when that is gone.
    public @Nullable Target target() {
        return target;
    }

    public boolean isOfAccount() {
        return ofAccount;
    }

    /// The events that match, in order.
    ///
    /// @param ids of the events, by their index
    public List<Event> matches(PackedEvents events, IntFunction<EventId> ids) {
        var found = new ArrayList<Event>();
        for (var i = 0; i < events.count(); i++) {
            var message = events.message(i);
            var fields = fields(message);
            if (fields != null) {
                found.add(new Event(ids.apply(i), message, fields));
            }
        }
        return found;
    }

    /// AWS: only delimited patterns extract fields here, named without `$`. Null for no match.
    private @Nullable Map<String, String> fields(String message) {
        if (pattern.mode() != FilterPattern.Mode.DELIMITED) {
            return pattern.matches(message) ? systemFields : null;
        }
        var match = pattern.match(message);
        if (match == null) {
            return null;
        }
        var fields = new LinkedHashMap<String, String>();
        match.fields().forEach((name, value) -> fields.put(name.substring(1), value));
        fields.putAll(systemFields);
        return fields;
    }
}
