package io.pharos.logs.config;

import org.eclipse.microprofile.config.Config;

import java.time.Duration;

/// Settings of logs-service; defaults stand in `META-INF/microprofile-config.properties`.
///
/// @param flushLinger how long a flush waits for more events after the first one: bounds how late an
///     acknowledged event can be read, and how many small blocks there are
/// @param flushBytes compressed bytes after which a flush waits no longer
/// @param mergePause between two looks for small blocks to merge
/// @param sweepPause between two looks for expired events and for what deleted groups left behind
public record LogsConfig(
        Duration flushLinger, int flushBytes, Duration mergePause, Duration sweepPause) {
    public LogsConfig {
        within("pharos.logs.flush.linger", flushLinger, Duration.ZERO, Duration.ofSeconds(10));
        within("pharos.logs.merge.pause", mergePause, Duration.ofMillis(10), Duration.ofHours(1));
        within("pharos.logs.sweep.pause", sweepPause, Duration.ofMillis(10), Duration.ofDays(1));
        if (flushBytes < 1 << 10 || flushBytes > 64 << 20) {
            throw new IllegalArgumentException("pharos.logs.flush.bytes is not 1 KiB to 64 MiB");
        }
    }

    private static void within(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(key + " is not " + least + " to " + most);
        }
    }

    static LogsConfig from(Config config) {
        return new LogsConfig(
                config.getValue("pharos.logs.flush.linger", Duration.class),
                config.getValue("pharos.logs.flush.bytes", Integer.class),
                config.getValue("pharos.logs.merge.pause", Duration.class),
                config.getValue("pharos.logs.sweep.pause", Duration.class));
    }
}
