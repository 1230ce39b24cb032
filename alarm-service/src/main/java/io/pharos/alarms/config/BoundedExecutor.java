package io.pharos.alarms.config;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/// Runs each task on a virtual thread, at most so many at a time; the others wait, in order.
final class BoundedExecutor implements Executor {
    private final Semaphore places;
    private final ThreadFactory threads;

    BoundedExecutor(String name, int limit) {
        this.places = new Semaphore(limit, true);
        this.threads = Thread.ofVirtual().name(name, 0).factory();
    }

    @Override
    public void execute(Runnable task) {
        threads.newThread(
                        () -> {
                            places.acquireUninterruptibly();
                            try {
                                task.run();
                            } finally {
                                places.release();
                            }
                        })
                .start();
    }
}
