package io.pharos.alarms.alarm;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of what an alarm does when its state changes.
///
/// @param region empty when it belongs to none
/// @param parts what its kind needs to know: `function` and perhaps `qualifier`; `operation`;
///     `severity` and perhaps `category`; `responsePlan`; `investigationGroup`
public record ActionArn(String text, Kind kind, String region, Map<String, String> parts) {
    /// What is done.
    public enum Kind {
        TOPIC("arn:[^:]+:sns:(?<region>[^:]+):\\d{12}:[^:]+"),
        POLICY("arn:[^:]+:autoscaling:(?<region>[^:]+):\\d{12}:scalingPolicy:.*:policyName/.+"),
        FUNCTION(
                "arn:[^:]+:lambda:(?<region>[^:]+):\\d{12}:function:(?<function>[A-Za-z0-9_-]{1,64})"
                        + "(:(?<qualifier>[A-Za-z0-9$_.-]{1,128}))?"),
        INSTANCE(
                "arn:[^:]+:(automate:(?<region>[^:]+):ec2:(?<operation>stop|terminate|reboot|recover)"
                        + "|swf:(?<swfregion>[^:]+):\\d{12}:action/actions/AWS_EC2\\.InstanceId\\."
                        + "(?<swfoperation>Stop|Terminate|Reboot|Recover)/1\\.0)"),
        OPS_ITEM(
                "arn:[^:]+:ssm:(?<region>[^:]+):\\d{12}:opsitem:(?<severity>[1-4])(#CATEGORY=(?<category>"
                        + "(?i:Availability|Cost|Performance|Recovery|Security)))?"),
        INCIDENT(
                "arn:[^:]+:ssm-incidents:(?<region>[^:]*):\\d{12}:response-?plan/"
                        + "(?<responsePlan>[A-Za-z0-9_-]{1,200})"),
        INVESTIGATION(
                "arn:[^:]+:aiops:(?<region>[^:]+):\\d{12}:investigation-group/"
                        + "(?<investigationGroup>[A-Za-z0-9_-]{1,200})");

        private final Pattern form;

        Kind(String form) {
            this.form = Pattern.compile(form);
        }
    }

    /// Empty for what is no action of AWS's.
    public static Optional<ActionArn> parse(String arn) {
        for (var kind : Kind.values()) {
            var match = kind.form.matcher(arn);
            if (match.matches()) {
                return Optional.of(of(arn, kind, match));
            }
        }
        return Optional.empty();
    }

    private static ActionArn of(String arn, Kind kind, Matcher match) {
        var region = "";
        var parts = new TreeMap<String, String>();
        for (var name : match.namedGroups().keySet()) {
            var value = match.group(name);
            if (value == null) {
                continue;
            }
            // An old name of an instance's action says the same in other words.
            var part = name.startsWith("swf") ? name.substring(3) : name;
            if (part.equals("region")) {
                region = value;
            } else {
                var word = part.equals("operation") || part.equals("category");
                parts.put(part, word ? value.toLowerCase(Locale.ROOT) : value);
            }
        }
        return new ActionArn(arn, kind, region, Map.copyOf(parts));
    }
}
