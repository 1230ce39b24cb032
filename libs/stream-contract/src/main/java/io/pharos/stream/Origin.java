package io.pharos.stream;

import java.nio.charset.StandardCharsets;

/// Where a derived record came from: the `index`-th record that `deriver` sent because of the record
/// at (topic, partition, offset). Carried in the Kafka header [#HEADER]. A reader keeps the highest
/// (offset, index) seen per [#source()] and destination partition and drops what is not above it, so
/// that a derivation repeated after a crash counts once.
///
/// @param deriver the step that derived, e.g. `metric-filters`; part of the identity
public record Origin(String deriver, String topic, int partition, long offset, int index)
        implements Comparable<Origin> {
    public static final String HEADER = "pharos-origin";

    public Origin {
        if (deriver.indexOf('|') >= 0 || topic.indexOf('|') >= 0) {
            throw new IllegalArgumentException("'|' separates the parts of an origin");
        }
    }

    /// What is compared: offsets of one source grow, those of two sources say nothing to each other.
    public String source() {
        return deriver + "|" + topic + "|" + partition;
    }

    public byte[] toHeader() {
        return (source() + "|" + offset + "|" + index).getBytes(StandardCharsets.UTF_8);
    }

    /// @throws IllegalArgumentException when the bytes are not what [#toHeader()] writes
    public static Origin fromHeader(byte[] header) {
        var parts = new String(header, StandardCharsets.UTF_8).split("\\|", -1);
        if (parts.length != 5) {
            throw new IllegalArgumentException("not an origin: " + parts.length + " parts");
        }
        return new Origin(
                parts[0],
                parts[1],
                Integer.parseInt(parts[2]),
                Long.parseLong(parts[3]),
                Integer.parseInt(parts[4]));
    }

    /// Orders origins of one source; offset first, then index.
    @Override
    public int compareTo(Origin other) {
        var byOffset = Long.compare(offset, other.offset);
        return byOffset != 0 ? byOffset : Integer.compare(index, other.index);
    }
}
