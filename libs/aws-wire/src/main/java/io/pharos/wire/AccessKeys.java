package io.pharos.wire;

import java.util.Optional;

/// Who holds which secret. Asked once per request: implementations cache.
public interface AccessKeys {
    /// The active key of this id; empty when there is none or it is inactive.
    Optional<AccessKey> find(String accessKeyId);

    /// @param sessionToken set for temporary credentials: the request must carry exactly this token
    record AccessKey(
            String accessKeyId,
            String secret,
            String account,
            String principalArn,
            Optional<String> sessionToken) {

        /// A long-term key: any session token that comes with it is tolerated and ignored.
        public AccessKey(String accessKeyId, String secret, String account, String principalArn) {
            this(accessKeyId, secret, account, principalArn, Optional.empty());
        }

        @Override
        public String toString() {
            return "AccessKey[" + accessKeyId + ", " + principalArn + "]";
        }
    }
}
