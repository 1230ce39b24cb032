package io.pharos.logs.group;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;

import java.util.List;

/// Which groups a listing wants; what is null or empty does not restrict.
///
/// @param substring case-sensitive, anywhere in the name
/// @param names these only
/// @param after only names behind this one
public record LogGroupSelection(
        @Nullable String prefix,
        @Nullable String substring,
        List<String> names,
        @Nullable LogGroupClass logGroupClass,
        @Nullable String after) {}
