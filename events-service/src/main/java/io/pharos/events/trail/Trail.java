package io.pharos.events.trail;

import io.pharos.stream.ApiRecordOrBuilder;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/// A trail: which calls of an account are delivered where.
///
/// @param tenant its account and home region
/// @param bucket kept and described; files are not delivered there
/// @param logs where records go as log events; null for nowhere
public record Trail(
        Tenant tenant,
        String name,
        Bucket bucket,
        boolean globalServices,
        boolean multiRegion,
        @Nullable Logs logs,
        Selector selector,
        Logging logging) {
    /// AWS: per region.
    public static final int MAX = 5;

    /// Larger records are not delivered.
    public static final int MAX_RECORD_BYTES = 256 * 1024;

    public record Bucket(String name, @Nullable String keyPrefix) {}

    public record Logs(String groupArn, String roleArn) {
        private static final Pattern GROUP =
                Pattern.compile(
                        "arn:aws:logs:([a-z0-9-]+):(\\d{12}):log-group:([.\\-_/#A-Za-z0-9]{1,512}):\\*");

        /// Whether the ARN names a log group of this tenant the way CloudTrail wants it.
        public boolean isGroupOf(Tenant tenant) {
            var group = GROUP.matcher(groupArn);
            return group.matches()
                    && group.group(1).equals(tenant.region())
                    && group.group(2).equals(tenant.account());
        }

        public String groupName() {
            return groupArn.substring(groupArn.indexOf(":log-group:") + 11, groupArn.length() - 2);
        }
    }

    /// Which management events are delivered.
    ///
    /// @param readWriteType `All`, `ReadOnly` or `WriteOnly`
    /// @param custom whether the owner changed it
    public record Selector(
            String readWriteType,
            boolean managementEvents,
            List<String> excludedSources,
            boolean custom) {
        public static final Selector DEFAULT = new Selector("All", true, List.of(), false);

        public Selector {
            excludedSources = List.copyOf(excludedSources);
        }

        boolean selects(ApiRecordOrBuilder record) {
            return managementEvents
                    && !excludedSources.contains(record.getEventSource())
                    && (readWriteType.equals("All")
                            || readWriteType.equals("ReadOnly") == record.getReadOnly());
        }
    }

    /// @param deliveredAt when records last went to the log group
    public record Logging(
            boolean on,
            @Nullable Instant startedAt,
            @Nullable Instant stoppedAt,
            @Nullable Instant deliveredAt) {
        public static final Logging NEVER = new Logging(false, null, null, null);
    }

    public String arn() {
        return tenant.arn("cloudtrail", "trail/" + name);
    }

    /// Whether a record of the trail's account belongs to it.
    public boolean takes(ApiRecordOrBuilder record) {
        return logging.on()
                && record.getAccount().equals(tenant.account())
                && (multiRegion || record.getRegion().equals(tenant.region()))
                && selector.selects(record);
    }
}
