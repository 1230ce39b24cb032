package io.pharos.alarms.config;

import org.jboss.logging.Logger;

import java.time.Duration;

/// Runs a task again and again on a thread of its own, with a pause after each run. A failure is
/// logged, and the next run comes all the same.
final class Loop implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Loop.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Duration pause;
    private final Runnable task;
    private final Thread thread;
    private volatile boolean stopping;

    private Loop(String name, Duration pause, Runnable task) {
        this.pause = pause;
        this.task = task;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    static Loop start(String name, Duration pause, Runnable task) {
        var loop = new Loop(name, pause, task);
        loop.thread.start();
        return loop;
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
                    if (!stopping) {
                        wait(pause.toMillis());
                    }
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        }
    }

    /// The run at work is finished.
    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        thread.join(STOP_LIMIT);
    }
}
