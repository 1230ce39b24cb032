package io.pharos.logs.block;

/// Where the payloads of full blocks are kept, when not in their index rows. Objects are written once
/// and never changed.
///
/// Everything here may throw
/// [software.amazon.awssdk.services.cloudwatchlogs.model.ServiceUnavailableException]: the store does
/// not answer.
public interface BlockStore {
    /// Whether full blocks shall be moved here.
    boolean isOpen();

    /// The key for a new object.
    String newKey(long groupId, int day);

    /// When it returns, the object is there to stay.
    void put(String key, byte[] payload);

    /// The whole object.
    ///
    /// @throws IllegalStateException when there is no such object
    byte[] get(String key);

    /// The first bytes of an object.
    ///
    /// @throws IllegalStateException when there is no such object, or it is shorter
    byte[] get(String key, int bytes);

    /// Nothing happens when there is no such object.
    void remove(String key);
}
