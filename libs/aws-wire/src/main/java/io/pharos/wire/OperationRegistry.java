package io.pharos.wire;

import software.amazon.awssdk.core.SdkClient;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Which operations this process serves: every method of an SDK client interface that an API class
/// overrides. What nobody overrides is refused with AWS's error for an unknown operation.
public final class OperationRegistry {
    /// @throws IllegalStateException when two objects serve the same operation
    public static OperationRegistry of(Collection<? extends SdkClient> apis) {
        throw new UnsupportedOperationException();
    }

    public Optional<Operation> find(AwsOperation operation) {
        throw new UnsupportedOperationException();
    }

    /// @throws AwsError `UnknownOperationException` when nobody serves it
    public Operation require(AwsOperation operation) {
        throw new UnsupportedOperationException();
    }

    /// Everything served here, by service and name.
    public List<Operation> served() {
        throw new UnsupportedOperationException();
    }

    /// Everything AWS's model has for the services and nobody serves here, by service and name.
    public List<AwsOperation> notServed() {
        throw new UnsupportedOperationException();
    }
}
