package io.pharos.alarms.live;

import io.pharos.stream.WindowRequest;
import io.pharos.stream.WindowResponse;

/// Where windows are filled from: metrics-service, or a test.
@FunctionalInterface
public interface WindowSource {
    /// @throws RuntimeException when there is no answer for now
    WindowResponse windows(WindowRequest request);
}
