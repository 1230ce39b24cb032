package io.pharos.logs;

import io.pharos.stream.log.PutLogEventsRules;
import io.pharos.wire.Constraints;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.regex.Pattern;

/// The constraints of the members that many operations share, over the wire's [Constraints].
public final class LogConstraints {
    private static final int MAX_NAME = PutLogEventsRules.MAX_NAME;
    private static final int MAX_IDENTIFIER = 2048;
    private static final int MAX_TOKEN = 2048;
    private static final int MAX_TAGS = 50;
    private static final int MAX_TAG_KEY = 128;
    private static final int MAX_TAG_VALUE = 256;
    private static final Pattern GROUP_NAME = Pattern.compile(PutLogEventsRules.GROUP_NAME);
    private static final Pattern GROUP_SUBSTRING = Pattern.compile("[\\.\\-_/#A-Za-z0-9]*");
    private static final Pattern STREAM_NAME = Pattern.compile(PutLogEventsRules.STREAM_NAME);
    private static final Pattern IDENTIFIER = Pattern.compile("[\\w#+=/:,.@-]*");
    private static final Pattern TAG_KEY = Pattern.compile("^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$");
    private static final Pattern TAG_VALUE = Pattern.compile("^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$");

    private final Constraints constraints = Constraints.check();

    private LogConstraints() {}

    public static LogConstraints check() {
        return new LogConstraints();
    }

    /// For constraints of one operation only.
    public Constraints constraints() {
        return constraints;
    }

    public LogConstraints requiredGroupName(@Nullable String name) {
        constraints.required("logGroupName", name);
        return groupName("logGroupName", name);
    }

    public LogConstraints groupName(String path, @Nullable String name) {
        constraints.pattern(path, name, GROUP_NAME).length(path, name, 1, MAX_NAME);
        return this;
    }

    /// The part of names that `logGroupNamePattern` looks for.
    public LogConstraints groupSubstring(String path, @Nullable String text) {
        constraints.pattern(path, text, GROUP_SUBSTRING).length(path, text, 0, MAX_NAME);
        return this;
    }

    public LogConstraints identifier(String path, @Nullable String identifier) {
        constraints
                .pattern(path, identifier, IDENTIFIER)
                .length(path, identifier, 1, MAX_IDENTIFIER);
        return this;
    }

    public LogConstraints requiredStreamName(@Nullable String name) {
        constraints.required("logStreamName", name);
        return streamName("logStreamName", name);
    }

    public LogConstraints streamName(String path, @Nullable String name) {
        constraints.pattern(path, name, STREAM_NAME).length(path, name, 1, MAX_NAME);
        // Not storable as text; AWS's pattern lets it pass.
        constraints.satisfied(
                name == null || name.indexOf('\0') < 0,
                path,
                "\\0",
                "Member must satisfy regular expression pattern: " + STREAM_NAME);
        return this;
    }

    public LogConstraints limit(@Nullable Integer limit, int most) {
        constraints.range("limit", limit, 1, most);
        return this;
    }

    public LogConstraints nextToken(@Nullable String token) {
        constraints.length("nextToken", token, 1, MAX_TOKEN);
        return this;
    }

    public LogConstraints atLeastZero(String path, @Nullable Long value) {
        constraints.atLeast(path, value, 0);
        return this;
    }

    public LogConstraints tags(Map<String, String> tags) {
        constraints.satisfied(
                tags.size() <= MAX_TAGS,
                "tags",
                tags,
                "Member must have length less than or equal to " + MAX_TAGS);
        constraints.satisfied(
                tags.keySet().stream().allMatch(LogConstraints::isTagKey),
                "tags",
                tags,
                "Map keys must satisfy constraint: [Member must have length less than or equal to "
                        + MAX_TAG_KEY
                        + ", Member must have length greater than or equal to 1, Member must satisfy"
                        + " regular expression pattern: "
                        + TAG_KEY
                        + "]");
        constraints.satisfied(
                tags.values().stream().allMatch(LogConstraints::isTagValue),
                "tags",
                tags,
                "Map value must satisfy constraint: [Member must have length less than or equal to "
                        + MAX_TAG_VALUE
                        + ", Member must have length greater than or equal to 0, Member must satisfy"
                        + " regular expression pattern: "
                        + TAG_VALUE
                        + "]");
        return this;
    }

    public static boolean isTagKey(String key) {
        return key.length() <= MAX_TAG_KEY && TAG_KEY.matcher(key).matches();
    }

    private static boolean isTagValue(String value) {
        return value.length() <= MAX_TAG_VALUE && TAG_VALUE.matcher(value).matches();
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException with
    ///     every violation
    public void orThrow() {
        constraints.orThrow(LogsError::invalid);
    }
}
