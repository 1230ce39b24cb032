package io.pharos.logs.protection;

/// Finds one kind of sensitive data in UTF-8 text.
@FunctionalInterface
interface Detector {
    /// Adds what is found between `from` (inclusive) and `to` (exclusive), in any order.
    void find(byte[] text, int from, int to, Spans into);
}
