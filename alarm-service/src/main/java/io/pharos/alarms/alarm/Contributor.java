package io.pharos.alarms.alarm;

import java.util.Map;

/// One series of an alarm on several.
///
/// @param id up to 16 hexadecimal digits, the same for the same attributes for ever
/// @param attributes what the series stands for: the labels it is grouped by
public record Contributor(String id, Map<String, String> attributes) {}
