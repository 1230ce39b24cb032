package io.pharos.alarms.scaling;

import software.amazon.awssdk.services.autoscaling.model.LifecycleHook;

import java.time.Instant;
import java.util.UUID;

/// An instance held by a hook.
///
/// @param continues what happens when the time is up
/// @param deadlineMs when it is up
/// @param lastMs no heartbeat holds it longer
public record LifecycleAction(
        String instance,
        String hook,
        UUID token,
        int heartbeatSeconds,
        boolean continues,
        long deadlineMs,
        long lastMs) {

    public static LifecycleAction begin(LifecycleHook hook, String instance, Instant now) {
        return new LifecycleAction(
                instance,
                hook.lifecycleHookName(),
                UUID.randomUUID(),
                hook.heartbeatTimeout(),
                hook.defaultResult().equals(LifecycleHooks.CONTINUE),
                now.plusSeconds(hook.heartbeatTimeout()).toEpochMilli(),
                now.plusSeconds(hook.globalTimeout()).toEpochMilli());
    }

    /// Held for another timeout from now.
    public LifecycleAction beat(Instant now) {
        var next = now.plusSeconds(heartbeatSeconds).toEpochMilli();
        return new LifecycleAction(
                instance, hook, token, heartbeatSeconds, continues, Math.min(next, lastMs), lastMs);
    }

    public boolean isOver(Instant now) {
        return deadlineMs <= now.toEpochMilli();
    }
}
