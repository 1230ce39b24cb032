package io.pharos.alarms.scaling;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Why a capacity changed and an activity runs, in AWS's sentences.
public final class Cause {
    static final int MAX_LENGTH = 1023;

    private Cause() {}

    private static String at(Instant now) {
        return "At " + now.truncatedTo(ChronoUnit.SECONDS);
    }

    private static String capacity(int from, int to) {
        return "changing the desired capacity from " + from + " to " + to + ".";
    }

    public static String alarm(Instant now, String alarm, String policy, int from, int to) {
        return at(now)
                + " a monitor alarm "
                + alarm
                + " in state ALARM triggered policy "
                + policy
                + " "
                + capacity(from, to);
    }

    public static String executed(Instant now, String policy, int from, int to) {
        return at(now) + " a user request executed policy " + policy + " " + capacity(from, to);
    }

    public static String desired(Instant now, int from, int to) {
        return at(now)
                + " a user request explicitly set group desired capacity "
                + capacity(from, to);
    }

    public static String created(Instant now, int desired) {
        return at(now) + " a user request created an AutoScalingGroup " + capacity(0, desired);
    }

    public static String updated(Instant now, int min, int max, int from, int to) {
        return at(now) + " a user request " + constraints(min, max, from, to);
    }

    public static String scheduled(Instant now, int min, int max, int from, int to) {
        return at(now) + " a scheduled action " + constraints(min, max, from, to);
    }

    static String notScheduled(Instant now, String action) {
        return at(now)
                + " a scheduled action "
                + action
                + " could not update the AutoScalingGroup.";
    }

    private static String constraints(int min, int max, int from, int to) {
        return "update of AutoScalingGroup constraints to min: "
                + min
                + ", max: "
                + max
                + ", desired: "
                + to
                + " "
                + capacity(from, to);
    }

    public static String launch(String why, Instant now, int from, int to) {
        return joined(
                why,
                at(now)
                        + " an instance was started in response to a difference between desired and"
                        + " actual capacity, increasing the capacity from "
                        + from
                        + " to "
                        + to
                        + ".");
    }

    public static String shrink(String why, Instant now, int from, int to, String instance) {
        return joined(
                joined(
                        why,
                        at(now)
                                + " an instance was taken out of service in response to a difference"
                                + " between desired and actual capacity, shrinking the capacity from "
                                + from
                                + " to "
                                + to
                                + "."),
                at(now) + " instance " + instance + " was selected for termination.");
    }

    public static String unhealthy(Instant now) {
        return at(now)
                + " an instance was taken out of service in response to a user health-check.";
    }

    public static String terminated(Instant now, int from, int to) {
        return at(now)
                + " an instance was taken out of service in response to a user request"
                + (from == to ? "." : ", shrinking the capacity from " + from + " to " + to + ".");
    }

    public static String abandoned(Instant now) {
        return at(now)
                + " an instance was taken out of service in response to an abandoned lifecycle"
                + " action.";
    }

    public static String attached(Instant now, String instance, int from, int to) {
        return at(now)
                + " instance "
                + instance
                + " was attached in response to a user request, increasing the capacity from "
                + from
                + " to "
                + to
                + ".";
    }

    public static String detached(Instant now, String instance, int from, int to) {
        return at(now)
                + " instance "
                + instance
                + " was detached in response to a user request"
                + (from == to ? "." : ", shrinking the capacity from " + from + " to " + to + ".");
    }

    public static String standby(Instant now, String instance) {
        return at(now)
                + " instance "
                + instance
                + " was moved to standby in response to a user request.";
    }

    public static String unstandby(Instant now, String instance) {
        return at(now)
                + " instance "
                + instance
                + " was moved out of standby in response to a user request.";
    }

    private static String joined(String one, String other) {
        var text = one.isEmpty() ? other : one + "  " + other;
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    }
}
