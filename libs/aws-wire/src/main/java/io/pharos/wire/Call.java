package io.pharos.wire;

import software.amazon.awssdk.core.SdkRequest;

/// A decoded request: what is asked of whom, and how to answer.
public record Call(Route route, AwsOperation operation, SdkRequest request) {
    public AwsService service() {
        return operation.service();
    }

    public Protocol protocol() {
        return route.protocol();
    }
}
