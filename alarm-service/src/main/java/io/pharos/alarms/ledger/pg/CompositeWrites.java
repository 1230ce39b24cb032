package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.composite.AlarmReference;
import io.pharos.alarms.composite.CompositeAlarms;
import io.pharos.alarms.composite.Decision;
import io.pharos.alarms.composite.Family;
import io.pharos.alarms.composite.RuleExpr;
import io.pharos.alarms.composite.RuleParser;
import io.pharos.alarms.composite.Suppression;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// What the change of an alarm does to the composite alarms that look at it. All of it is in the
/// transaction of the change: nothing is ever lost or done twice, and nobody sees a child's new state
/// beside its parent's old one. Every method works on the caller's transaction.
final class CompositeWrites {
    private final Connection tx;
    private final AlarmRows alarms;
    private final SuppressionRows suppressions;

    CompositeWrites(Connection tx) {
        this.tx = tx;
        this.alarms = new AlarmRows(tx);
        this.suppressions = new SuppressionRows(tx);
    }

    /// Locks the alarm and all that may change with it, by name. An alarm that no other looks at is
    /// not locked: its own row is enough.
    ///
    /// @return whether another looks at it
    boolean lockFamily(AlarmKey key) throws SQLException {
        var edges = new ChildRows(tx).above(key);
        if (!edges.isEmpty()) {
            var names = new TreeSet<String>();
            names.add(key.name());
            edges.forEach(edge -> names.add(edge.parent()));
            alarms.lockAll(key.tenant(), names);
        }
        return !edges.isEmpty();
    }

    /// Decides whatever looks at an alarm whose state took another value, and on what looks at that.
    void settle(KeptAlarm changed, Instant now) throws SQLException {
        var tenant = changed.key().tenant();
        // Again: a parent may have come between the first look and the lock of its child.
        if (!lockFamily(changed.key())) {
            return;
        }
        var edges = new ChildRows(tx).above(changed.key());
        var moved = new HashSet<String>();
        moved.add(changed.key().name());
        for (var name : new Family(edges).above(changed.key().name())) {
            var kept = alarms.find(new AlarmKey(tenant, name));
            if (kept.isPresent()
                    && kept.get().alarm() instanceof Alarm.OnAlarms(var composite)
                    && !follow(kept.get(), composite, moved, now)) {
                followSuppressor(kept.get(), composite, moved, now);
            }
        }
    }

    /// @return whether the alarm took another value; then its name is in `moved`
    private boolean follow(KeptAlarm kept, CompositeAlarm composite, Set<String> moved, Instant now)
            throws SQLException {
        var rule = RuleParser.parse(composite.alarmRule());
        var trigger =
                rule.alarms().stream()
                        .map(AlarmReference::name)
                        .filter(moved::contains)
                        .findFirst();
        if (trigger.isEmpty()) {
            return false;
        }
        var children = children(kept.key().tenant(), rule);
        var decision = Decision.of(rule, children);
        if (decision.state() == composite.stateValue()) {
            return false;
        }
        var cause = children.get(trigger.get());
        new AlarmWrites(tx)
                .writeState(
                        kept,
                        decision.state(),
                        Decision.because(Objects.requireNonNull(cause)),
                        decision.reasonData(),
                        now);
        moved.add(kept.key().name());
        return true;
    }

    /// What the rule comes to with its children as they are now.
    Decision decide(Tenant tenant, RuleExpr rule) throws SQLException {
        return Decision.of(rule, children(tenant, rule));
    }

    private Map<String, Alarm> children(Tenant tenant, RuleExpr rule) throws SQLException {
        var names = rule.alarms().stream().map(AlarmReference::name).distinct().toList();
        var children = new HashMap<String, Alarm>();
        for (var child : alarms.find(tenant, names)) {
            children.put(child.key().name(), child.alarm());
        }
        return children;
    }

    /// What becomes of the actions of a composite alarm that went from `former` to the state it is in
    /// now: they are done, or held back.
    ///
    /// @return the alarm with what it says of that
    CompositeAlarm begin(AlarmKey key, StateValue former, CompositeAlarm alarm, Instant now)
            throws SQLException {
        var suppressor = suppressor(key.tenant(), alarm);
        var step =
                Suppression.valueChanged(
                        suppressor == null ? null : isInAlarm(suppressor),
                        CompositeAlarms.wait(alarm),
                        now);
        return write(key, former, alarm, step.phase(), suppressor);
    }

    private void followSuppressor(
            KeptAlarm kept, CompositeAlarm alarm, Set<String> moved, Instant now)
            throws SQLException {
        var name = CompositeAlarms.suppressor(alarm);
        var held = suppressions.find(kept.key());
        if (name == null || !moved.contains(name) || held.isEmpty()) {
            return;
        }
        var suppressor = suppressor(kept.key().tenant(), alarm);
        var phase = new Suppression.Phase(alarm.actionsSuppressedBy(), held.get().until());
        var step =
                Suppression.suppressorChanged(
                        phase,
                        suppressor != null && isInAlarm(suppressor),
                        CompositeAlarms.extension(alarm),
                        now);
        if (!phase.equals(step.phase())) {
            proceed(kept, alarm, held.get().former(), step, suppressor, now);
        }
    }

    /// The clock reached `now`: when actions were held back until then, they are done.
    void release(KeptAlarm kept, CompositeAlarm alarm, Instant now) throws SQLException {
        var held = suppressions.find(kept.key());
        if (held.isEmpty()) {
            return;
        }
        var phase = new Suppression.Phase(alarm.actionsSuppressedBy(), held.get().until());
        var step = Suppression.timePassed(phase, now);
        if (step.acts()) {
            proceed(kept, alarm, held.get().former(), step, null, now);
        }
    }

    private void proceed(
            KeptAlarm kept,
            CompositeAlarm alarm,
            StateValue former,
            Suppression.Step step,
            @Nullable KeptAlarm suppressor,
            Instant now)
            throws SQLException {
        var after = write(kept.key(), former, alarm, step.phase(), suppressor);
        new AlarmWrites(tx).suppressionChanged(kept, former, Alarm.of(after), step.acts(), now);
    }

    private CompositeAlarm write(
            AlarmKey key,
            StateValue former,
            CompositeAlarm alarm,
            Suppression.@Nullable Phase phase,
            @Nullable KeptAlarm suppressor)
            throws SQLException {
        if (phase == null) {
            suppressions.remove(key);
            return CompositeAlarms.suppressed(alarm, null, null);
        }
        suppressions.put(key, new SuppressionRows.Held(former, phase.until()));
        var reason =
                phase.until() != null || suppressor == null
                        ? null
                        : CompositeAlarms.suppressedBy(
                                suppressor.key(), suppressor.alarm().stateTransitioned());
        return CompositeAlarms.suppressed(alarm, phase.by(), reason);
    }

    private @Nullable KeptAlarm suppressor(Tenant tenant, CompositeAlarm alarm)
            throws SQLException {
        var name = CompositeAlarms.suppressor(alarm);
        return name == null ? null : alarms.find(new AlarmKey(tenant, name)).orElse(null);
    }

    private static boolean isInAlarm(KeptAlarm suppressor) {
        return suppressor.alarm().state() == StateValue.ALARM;
    }
}
