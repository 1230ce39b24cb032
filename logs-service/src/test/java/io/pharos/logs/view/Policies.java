package io.pharos.logs.view;

import org.jspecify.annotations.Nullable;

/// Policy documents for tests.
public final class Policies {
    private Policies() {}

    /// One managed identifier, audited into a group or nowhere.
    public static String protection(String identifier, @Nullable String findings) {
        var arn = "'arn:aws:dataprotection::aws:data-identifier/" + identifier + "'";
        var destination =
                findings == null ? "" : "'CloudWatchLogs':{'LogGroup':'" + findings + "'}";
        return ("{'Name':'n','Version':'2021-06-01','Statement':[{'Sid':'audit','DataIdentifier':["
                        + arn
                        + "],'Operation':{'Audit':{'FindingsDestination':{"
                        + destination
                        + "}}}},{'Sid':'mask','DataIdentifier':["
                        + arn
                        + "],'Operation':{'Deidentify':{'MaskConfig':{}}}}]}")
                .replace('\'', '"');
    }
}
