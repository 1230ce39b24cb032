package io.pharos.logs.insights.eval;

import io.pharos.logs.block.IndexedValues;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;

/// The values of indexed fields in one message after another, as queries find them. For one thread.
public final class IndexedFieldScan implements IndexedValues.Fields {
    private final List<String> names;
    private final FieldScan scan;

    /// @param names those that are not [discovered][#isDiscovered] are left out
    public IndexedFieldScan(Collection<String> names) {
        var wanted = new DiscoveredFields();
        names.stream().filter(IndexedFieldScan::isDiscovered).forEach(wanted::number);
        this.names = List.copyOf(wanted.names());
        this.scan = new FieldScan(wanted);
    }

    /// Whether a name that no command has defined means what a message says.
    public static boolean isDiscovered(String name) {
        var found = new DiscoveredFields();
        Scope.ofEvents(found, "").field(name);
        return found.names().contains(name);
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public void read(byte[] text, int start, int end) {
        scan.read(text, start, end);
    }

    @Override
    public @Nullable String key(int field) {
        var found = scan.found(field);
        return found == null ? null : key(found);
    }

    /// Equal values have the same: numbers by their value, texts by their characters.
    public static String key(String value) {
        var number = Values.number(value);
        return Double.isNaN(number) ? "t" + value : key(number);
    }

    /// As above.
    public static String key(double number) {
        return "n" + Double.doubleToLongBits(number + 0.0); // there is one zero
    }
}
