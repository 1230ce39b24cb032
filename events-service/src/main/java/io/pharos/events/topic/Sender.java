package io.pharos.events.topic;

import java.util.Set;

/// One way to reach subscribers.
public interface Sender {
    Set<Protocol> protocols();

    /// Tries once, within its own time limit. May be called again with the same delivery: receivers
    /// tell repeats by the message's id.
    Delivery.Outcome send(Delivery delivery);
}
