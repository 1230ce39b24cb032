package io.pharos.logs.vended;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The key of a file, as AWS lays out what it vends:
/// `<prefix>AWSLogs/<account>/CloudWatchLogs/<region>/<group>/2026/01/15/12/<account>_CloudWatchLogs_<region>_20260115T1200Z_<id>.log.gz`.
/// The same file has the same key whenever it is written again.
public final class ObjectKey {
    public static final String DEFAULT_SUFFIX =
            "AWSLogs/{accountid}/CloudWatchLogs/{region}/{loggroup}/{yyyy}/{MM}/{dd}/{HH}";

    /// What a suffix path may have in braces, and what it is called for Hive.
    private static final Map<String, String> VARIABLES =
            Map.of(
                    "accountid", "aws-account-id",
                    "region", "aws-region",
                    "loggroup", "log-group",
                    "yyyy", "year",
                    "MM", "month",
                    "dd", "day",
                    "HH", "hour");

    public static final List<String> NAMES =
            List.of("accountid", "region", "loggroup", "yyyy", "MM", "dd", "HH");

    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern STATIC = Pattern.compile("[A-Za-z0-9!_.*'()/=-]*");
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmm'Z'").withZone(ZoneOffset.UTC);

    private ObjectKey() {}

    /// Whether files can be laid out so.
    public static boolean isSuffixPath(String path) {
        var variable = VARIABLE.matcher(path);
        while (variable.find()) {
            if (!VARIABLES.containsKey(variable.group(1))) {
                return false;
            }
        }
        return STATIC.matcher(variable.replaceAll("")).matches();
    }

    /// @param first of what is in the file
    /// @param atMs when that came
    public static String of(
            DeliverySource source,
            DeliveryDestination destination,
            Delivery delivery,
            long first,
            long atMs) {
        var layout = delivery.layout();
        var suffix = layout.suffixPath() == null ? DEFAULT_SUFFIX : layout.suffixPath();
        var at = Instant.ofEpochMilli(atMs);
        var path =
                VARIABLE.matcher(suffix)
                        .replaceAll(found -> {
                            var name = found.group(1);
                            var value = value(name, source, at);
                            return Matcher.quoteReplacement(
                                    layout.hive() ? VARIABLES.get(name) + "=" + value : value);
                        });
        var tenant = source.tenant();
        return destination.prefix()
                + (path.isEmpty() || path.endsWith("/") ? path : path + "/")
                + tenant.account()
                + "_CloudWatchLogs_"
                + tenant.region()
                + "_"
                + MINUTE.format(at)
                + "_"
                + delivery.id()
                + "-"
                + Long.toHexString(first)
                + ".log.gz";
    }

    private static String value(String name, DeliverySource source, Instant at) {
        return switch (name) {
            case "accountid" -> source.tenant().account();
            case "region" -> source.tenant().region();
            case "loggroup" -> group(source.logGroup());
            default ->
                    DateTimeFormatter.ofPattern(name.replace("yyyy", "uuuu"))
                            .withZone(ZoneOffset.UTC)
                            .format(at);
        };
    }

    /// A level of keys for each group, whatever slashes its name has.
    private static String group(String name) {
        return (name.startsWith("/") ? name.substring(1) : name).replace('/', '-');
    }
}
