package io.pharos.metric;

/// One name and value of a metric's identity.
public record Dimension(String name, String value) implements Comparable<Dimension> {
    @Override
    public int compareTo(Dimension other) {
        var byName = name.compareTo(other.name);
        return byName != 0 ? byName : value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return name + "=" + value;
    }
}
