package io.pharos.kit.audit;

import io.pharos.wire.Caller;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A caller's name and unique id, told from its ARN alone, so that every service can tell them.
///
/// @param userName null for an account's root
/// @param principalId `AIDA…` of a user, the account id of root
public record Identity(@Nullable String userName, String principalId) {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int ID_LENGTH = 17;

    public static Identity of(Caller caller) {
        var arn = caller.principalArn();
        var account = caller.tenant().account();
        if (!arn.contains(":user/")) {
            return new Identity(null, account);
        }
        var userName = arn.substring(arn.lastIndexOf('/') + 1);
        return new Identity(userName, userId(account, userName));
    }

    /// The unique id of a user: the same for the same name in the same account. (AWS gives a user that
    /// is deleted and made again another one.)
    public static String userId(String account, String userName) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest((account + "/" + userName).getBytes(StandardCharsets.UTF_8));
            var id = new StringBuilder("AIDA");
            for (var i = 0; i < ID_LENGTH; i++) {
                id.append(LETTERS.charAt(digest[i] & 31));
            }
            return id.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
