package io.pharos.alarms.alarm;

/// Where actions can go beside topics and scaling policies: what is not configured is refused when an
/// alarm is put.
///
/// @param functions whether there is an endpoint for Lambda functions
/// @param webhook whether there is one for what AWS does itself: EC2 instances, OpsItems, incidents
public record ActionReach(boolean functions, boolean webhook) {
    public static final ActionReach NONE = new ActionReach(false, false);

    boolean includes(ActionArn.Kind kind) {
        return switch (kind) {
            case TOPIC, POLICY -> true;
            case FUNCTION -> functions;
            case INSTANCE, OPS_ITEM, INCIDENT, INVESTIGATION -> webhook;
        };
    }
}
