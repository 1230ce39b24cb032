package io.pharos.alarms.alarm;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Instant;
import java.util.List;

/// An alarm of any kind, and what all kinds have in common. The SDK's own shape is behind it.
public sealed interface Alarm {
    /// Why a new alarm is in its first state.
    String CREATED = "Unchecked: Initial alarm creation";

    static Alarm of(MetricAlarm alarm) {
        return new OnMetrics(alarm);
    }

    static Alarm of(CompositeAlarm alarm) {
        return new OnAlarms(alarm);
    }

    AlarmType type();

    String name();

    String arn();

    @Nullable String description();

    Instant configured();

    boolean actionsEnabled();

    List<String> okActions();

    List<String> alarmActions();

    List<String> insufficientDataActions();

    StateValue state();

    String stateReason();

    /// JSON object text.
    @Nullable String stateReasonData();

    Instant stateUpdated();

    Instant stateTransitioned();

    /// In another state since `now`.
    Alarm withState(StateValue state, String reason, @Nullable String reasonData, Instant now);

    Alarm withActionsEnabled(boolean enabled, Instant now);

    /// Actions of the state the alarm is in now.
    default List<String> actions() {
        return actions(state());
    }

    default List<String> actions(StateValue state) {
        return switch (state) {
            case OK -> okActions();
            case ALARM -> alarmActions();
            case INSUFFICIENT_DATA -> insufficientDataActions();
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalStateException("not a state: " + state);
        };
    }

    /// An alarm on a metric or on a list of queries.
    record OnMetrics(MetricAlarm metric) implements Alarm {
        @Override
        public AlarmType type() {
            return AlarmType.METRIC_ALARM;
        }

        @Override
        public String name() {
            return metric.alarmName();
        }

        @Override
        public String arn() {
            return metric.alarmArn();
        }

        @Override
        public @Nullable String description() {
            return metric.alarmDescription();
        }

        @Override
        public Instant configured() {
            return metric.alarmConfigurationUpdatedTimestamp();
        }

        @Override
        public boolean actionsEnabled() {
            return metric.actionsEnabled();
        }

        @Override
        public List<String> okActions() {
            return metric.okActions();
        }

        @Override
        public List<String> alarmActions() {
            return metric.alarmActions();
        }

        @Override
        public List<String> insufficientDataActions() {
            return metric.insufficientDataActions();
        }

        @Override
        public StateValue state() {
            return metric.stateValue();
        }

        @Override
        public String stateReason() {
            return metric.stateReason();
        }

        @Override
        public @Nullable String stateReasonData() {
            return metric.stateReasonData();
        }

        @Override
        public Instant stateUpdated() {
            return metric.stateUpdatedTimestamp();
        }

        @Override
        public Instant stateTransitioned() {
            return metric.stateTransitionedTimestamp();
        }

        @Override
        public Alarm withState(
                StateValue state, String reason, @Nullable String reasonData, Instant now) {
            return of(
                    metric.toBuilder()
                            .stateValue(state)
                            .stateReason(reason)
                            .stateReasonData(reasonData)
                            .stateUpdatedTimestamp(now)
                            .stateTransitionedTimestamp(now)
                            .build());
        }

        @Override
        public Alarm withActionsEnabled(boolean enabled, Instant now) {
            return of(
                    metric.toBuilder()
                            .actionsEnabled(enabled)
                            .alarmConfigurationUpdatedTimestamp(now)
                            .build());
        }
    }

    /// A composite alarm: on other alarms.
    record OnAlarms(CompositeAlarm composite) implements Alarm {
        @Override
        public AlarmType type() {
            return AlarmType.COMPOSITE_ALARM;
        }

        @Override
        public String name() {
            return composite.alarmName();
        }

        @Override
        public String arn() {
            return composite.alarmArn();
        }

        @Override
        public @Nullable String description() {
            return composite.alarmDescription();
        }

        @Override
        public Instant configured() {
            return composite.alarmConfigurationUpdatedTimestamp();
        }

        @Override
        public boolean actionsEnabled() {
            return composite.actionsEnabled();
        }

        @Override
        public List<String> okActions() {
            return composite.okActions();
        }

        @Override
        public List<String> alarmActions() {
            return composite.alarmActions();
        }

        @Override
        public List<String> insufficientDataActions() {
            return composite.insufficientDataActions();
        }

        @Override
        public StateValue state() {
            return composite.stateValue();
        }

        @Override
        public String stateReason() {
            return composite.stateReason();
        }

        @Override
        public @Nullable String stateReasonData() {
            return composite.stateReasonData();
        }

        @Override
        public Instant stateUpdated() {
            return composite.stateUpdatedTimestamp();
        }

        @Override
        public Instant stateTransitioned() {
            return composite.stateTransitionedTimestamp();
        }

        @Override
        public Alarm withState(
                StateValue state, String reason, @Nullable String reasonData, Instant now) {
            return of(
                    composite.toBuilder()
                            .stateValue(state)
                            .stateReason(reason)
                            .stateReasonData(reasonData)
                            .stateUpdatedTimestamp(now)
                            .stateTransitionedTimestamp(now)
                            .build());
        }

        @Override
        public Alarm withActionsEnabled(boolean enabled, Instant now) {
            return of(
                    composite.toBuilder()
                            .actionsEnabled(enabled)
                            .alarmConfigurationUpdatedTimestamp(now)
                            .build());
        }
    }
}
