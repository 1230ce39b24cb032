package io.pharos.metrics.dashboard;

import java.util.regex.Pattern;

/// A dashboard of an account, the same in all its regions.
///
/// @param body JSON without white space
public record Dashboard(String account, String name, String body, long modifiedMs) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");

    /// AWS: 1 to 255 letters, digits, dashes, underscores.
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    public static String arn(String account, String name) {
        return "arn:aws:cloudwatch::" + account + ":dashboard/" + name;
    }

    public String arn() {
        return arn(account, name);
    }
}
