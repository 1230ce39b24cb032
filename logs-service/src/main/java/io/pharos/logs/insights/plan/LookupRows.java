package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Expressions;
import io.pharos.logs.insights.eval.Network;
import io.pharos.logs.insights.eval.Values;
import io.pharos.logs.lookup.CsvTable;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The rows of a lookup table as a query keeps them: what finds one, and the values that it asks for.
///
/// @param outputs places of the columns that are asked for
/// @param memory what they take
record LookupRows(CsvTable table, int[] outputs, Memory memory) {
    private static final int BYTES_EACH = 160; // of a row, its key and its entry, without texts

    /// Values of the first row whose columns equal the fields.
    Eval byKeys(int[] columns, List<Eval> fields) {
        var byKey = new HashMap<List<String>, List<String>>();
        table.forEachRow(row -> {
            var key = Arrays.stream(columns).mapToObj(row::get).map(Expressions::key).toList();
            keep(byKey, key, Values.size(key), row);
        });
        return event -> {
            var key = new ArrayList<String>(fields.size());
            for (var field : fields) {
                var text = Values.text(field.value(event));
                if (text == null) {
                    return null;
                }
                key.add(Expressions.key(text));
            }
            return byKey.get(key);
        };
    }

    /// Values of the row with the smallest network that the address is in. Rows without a network are in
    /// nobody's way.
    Eval byNetwork(int column, Eval field) {
        var byBits = new TreeMap<Integer, Map<ByteBuffer, List<String>>>(Comparator.reverseOrder());
        table.forEachRow(row -> {
            var network = Network.parse(row.get(column));
            if (network != null) {
                var alike = byBits.computeIfAbsent(network.bits(), _ -> new HashMap<>());
                keep(alike, ByteBuffer.wrap(network.base()), network.base().length, row);
            }
        });
        return event -> {
            var text = Values.text(field.value(event));
            var address = text == null ? null : Network.address(text);
            return address == null ? null : smallest(byBits, address);
        };
    }

    private static @Nullable List<String> smallest(
            Map<Integer, Map<ByteBuffer, List<String>>> byBits, byte[] address) {
        for (var alike : byBits.entrySet()) {
            if (alike.getKey() <= address.length * Byte.SIZE) {
                var base = ByteBuffer.wrap(Network.prefix(address, alike.getKey()));
                var row = alike.getValue().get(base);
                if (row != null) {
                    return row;
                }
            }
        }
        return null;
    }

    private <K> void keep(Map<K, List<String>> rows, K key, long keyBytes, List<String> row) {
        if (!rows.containsKey(key)) {
            var values = Arrays.stream(outputs).mapToObj(row::get).toList();
            memory.take(BYTES_EACH + keyBytes + Values.size(values));
            rows.put(key, values);
        }
    }
}
