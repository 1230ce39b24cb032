package io.pharos.wire;

import java.util.Optional;

/// Where a request wants to go, as far as it can be told before anything is checked or decoded.
///
/// @param service empty when no service of ours matches
/// @param operationName as the client spelt it; empty when it named none
/// @param operation empty when AWS's model (as of the SDK) has no such operation
/// @param queryMode the client asked for Query's error codes (`x-amzn-query-mode: true`)
public record Route(
        Protocol protocol,
        Optional<AwsService> service,
        String operationName,
        Optional<AwsOperation> operation,
        boolean queryMode) {}
