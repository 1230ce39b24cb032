package io.pharos.logs.ingest;

/// What a flush adds to a stream's times.
///
/// @param createMissing some batch wants group and stream created
public record StreamSpan(long firstMs, long lastMs, long receivedMs, boolean createMissing) {
    /// Both together.
    public StreamSpan with(StreamSpan other) {
        return new StreamSpan(
                Math.min(firstMs, other.firstMs),
                Math.max(lastMs, other.lastMs),
                Math.max(receivedMs, other.receivedMs),
                createMissing || other.createMissing);
    }
}
