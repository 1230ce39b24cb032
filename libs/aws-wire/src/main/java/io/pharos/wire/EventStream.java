package io.pharos.wire;

import software.amazon.awssdk.core.async.SdkPublisher;

/// The events of an operation that streams, as the SDK's shapes.
///
/// @param events each of them an `SdkPojo` that knows its event type
public record EventStream(SdkPublisher<?> events) {}
