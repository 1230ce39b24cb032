package io.pharos.events.delivery;

import java.time.Instant;

/// A delivery that this process alone may try until `until`; then whoever claims it.
public record Leased(Delivery delivery, Instant until) {}
