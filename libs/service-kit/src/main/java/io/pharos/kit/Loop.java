package io.pharos.kit;

import org.jboss.logging.Logger;

import java.time.Duration;

/// Runs a task again and again on a thread of its own, with a pause after each run. A failure is
/// logged, and the next run comes all the same.
public final class Loop implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Loop.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Duration pause;
    private final Runnable task;
    private final Thread thread;
    private volatile boolean stopping;
    private boolean isWoken;

    /// @param name of the thread
    /// @param pause at least a millisecond
    public Loop(String name, Duration pause, Runnable task) {
        this.pause = pause;
        this.task = task;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public Loop start() {
        thread.start();
        return this;
    }

    /// The next run comes at once.
    public synchronized void wake() {
        isWoken = true;
        notifyAll();
    }

    /// Whether a task that still has much to do should end.
    public boolean isStopping() {
        return stopping;
    }

    private void run() {
        while (!stopping) {
            try {
                task.run();
            } catch (RuntimeException failure) {
                LOG.warnf(failure, "run again soon: loop=%s", Thread.currentThread().getName());
            }
            synchronized (this) {
                try {
                    if (!stopping && !isWoken) {
                        wait(Math.max(1, pause.toMillis()));
                    }
                    isWoken = false;
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        }
    }

    /// The run at work is finished, or interrupted after ten seconds.
    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        if (!thread.join(STOP_LIMIT)) {
            thread.interrupt();
        }
    }
}
