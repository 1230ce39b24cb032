package io.pharos.wire;

import java.util.regex.Pattern;

/// The (account, region) that owns a resource. Nothing in Pharos is shared between two of them.
public record Tenant(String account, String region) {
    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    private static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    public Tenant {
        if (!ACCOUNT.matcher(account).matches()) {
            throw new IllegalArgumentException("account is not 12 digits: " + account);
        }
        if (!REGION.matcher(region).matches()) {
            throw new IllegalArgumentException("not a region: " + region);
        }
    }

    /// The ARN of a resource of this tenant: `arn:aws:<service>:<region>:<account>:<resource>`.
    public String arn(String service, String resource) {
        return "arn:aws:" + service + ":" + region + ":" + account + ":" + resource;
    }
}
