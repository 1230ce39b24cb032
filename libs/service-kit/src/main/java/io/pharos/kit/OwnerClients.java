package io.pharos.kit;

import io.pharos.wire.Tenant;

import software.amazon.awssdk.core.SdkClient;

/// The SDK's clients for calls from one service to the API of another: the owner's address from
/// `pharos.owner.<service>`, signed as Pharos itself on behalf of a tenant. In standalone the address
/// is the process's own.
public class OwnerClients {
    /// A shared client; not to be closed by the caller.
    ///
    /// @param service how the caller is named to the owner, e.g. `alarms.amazonaws.com`: it becomes
    ///     the record's `sourceIPAddress` and `invokedBy`
    public <C extends SdkClient> C client(Class<C> type, Tenant tenant, String service) {
        throw new UnsupportedOperationException();
    }
}
