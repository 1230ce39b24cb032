package io.pharos.events.topic;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes the delivery worker when something was published, so that it need not poll fast.
public final class Bell {
    private final Semaphore rung = new Semaphore(0);

    public void ring() {
        if (rung.availablePermits() == 0) {
            rung.release();
        }
    }

    /// Returns when rung, at once when it was rung since the last time, or after `limit`.
    public void await(Duration limit) throws InterruptedException {
        if (rung.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            rung.drainPermits();
        }
    }
}
