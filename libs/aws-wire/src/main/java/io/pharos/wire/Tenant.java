package io.pharos.wire;

/// The (account, region) that owns a resource. Nothing in Pharos is shared between two of them.
public record Tenant(String account, String region) {
    private static final int ACCOUNT_LENGTH = 12;
    private static final int MAX_REGION = 32;

    public Tenant {
        if (!isAccount(account)) {
            throw new IllegalArgumentException("account is not 12 digits: " + account);
        }
        if (!isRegion(region)) {
            throw new IllegalArgumentException("not a region: " + region);
        }
    }

    private static boolean isAccount(String text) {
        var good = text.length() == ACCOUNT_LENGTH;
        for (var i = 0; good && i < ACCOUNT_LENGTH; i++) {
            good = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return good;
    }

    /// Whether it has the form of one: `[a-z0-9][a-z0-9-]{0,31}`.
    static boolean isRegion(String text) {
        var good = !text.isEmpty() && text.length() <= MAX_REGION && text.charAt(0) != '-';
        for (var i = 0; good && i < text.length(); i++) {
            var c = text.charAt(i);
            good = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-';
        }
        return good;
    }

    /// The ARN of a resource of this tenant: `arn:aws:<service>:<region>:<account>:<resource>`.
    public String arn(String service, String resource) {
        return "arn:aws:" + service + ":" + region + ":" + account + ":" + resource;
    }
}
