package io.pharos.kit;

/// The patterns of policies.
public final class Glob {
    private Glob() {}

    /// `*` is any run of characters, `?` any one. Linear: on a mismatch only the last `*` is retried.
    public static boolean matches(String glob, String text) {
        var g = 0;
        var t = 0;
        var star = -1;
        var resume = 0;
        while (t < text.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                resume = t;
            } else if (g < glob.length()
                    && (glob.charAt(g) == '?' || glob.charAt(g) == text.charAt(t))) {
                g++;
                t++;
            } else if (star >= 0) {
                g = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }
}
