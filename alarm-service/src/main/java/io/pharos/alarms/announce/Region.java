package io.pharos.alarms.announce;

import java.util.Map;

/// Names of regions as notifications show them.
final class Region {
    private static final Map<String, String> NAMES =
            Map.ofEntries(
                    Map.entry("us-east-1", "US East (N. Virginia)"),
                    Map.entry("us-east-2", "US East (Ohio)"),
                    Map.entry("us-west-1", "US West (N. California)"),
                    Map.entry("us-west-2", "US West (Oregon)"),
                    Map.entry("eu-west-1", "EU (Ireland)"),
                    Map.entry("eu-west-2", "EU (London)"),
                    Map.entry("eu-west-3", "EU (Paris)"),
                    Map.entry("eu-central-1", "EU (Frankfurt)"),
                    Map.entry("eu-north-1", "EU (Stockholm)"),
                    Map.entry("ap-northeast-1", "Asia Pacific (Tokyo)"),
                    Map.entry("ap-northeast-2", "Asia Pacific (Seoul)"),
                    Map.entry("ap-northeast-3", "Asia Pacific (Osaka)"),
                    Map.entry("ap-southeast-1", "Asia Pacific (Singapore)"),
                    Map.entry("ap-southeast-2", "Asia Pacific (Sydney)"),
                    Map.entry("ap-south-1", "Asia Pacific (Mumbai)"),
                    Map.entry("sa-east-1", "South America (Sao Paulo)"),
                    Map.entry("ca-central-1", "Canada (Central)"));

    private Region() {}

    /// The region itself when it has no name.
    static String name(String region) {
        return NAMES.getOrDefault(region, region);
    }
}
