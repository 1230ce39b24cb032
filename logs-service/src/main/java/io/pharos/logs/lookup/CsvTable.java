package io.pharos.logs.lookup;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;

import io.pharos.logs.LogsError;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/// Text in CSV (RFC 4180) whose first row names the columns.
///
/// @param columns what the header says
/// @param records how many rows follow
/// @param body header and rows; empty: nobody asks for rows
public record CsvTable(List<String> columns, long records, String body) {
    static final int MAX_COLUMNS = 1_000;
    private static final int MAX_COLUMN_NAME = 256;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    public CsvTable {
        columns = List.copyOf(columns);
    }

    /// Reads it to its end.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException when it
    ///     is not CSV, names no column or one twice, or a row has more or fewer values than there are
    ///     names
    public static CsvTable parse(String body) {
        try {
            var rows = read(body);
            if (!rows.hasNext()) {
                throw LogsError.invalid("tableBody must have a header row");
            }
            var columns = rows.next().getFields();
            checkHeader(columns);
            var records = 0L;
            for (; rows.hasNext(); rows.next()) {
                records++;
            }
            return new CsvTable(columns, records, body);
        } catch (CsvParseException notCsv) {
            throw LogsError.invalid("tableBody is not valid CSV: " + notCsv.getMessage());
        }
    }

    private static void checkHeader(List<String> columns) {
        if (columns.size() > MAX_COLUMNS) {
            throw LogsError.invalid("tableBody can have at most " + MAX_COLUMNS + " columns");
        }
        var names = new HashSet<String>();
        for (var name : columns) {
            if (name.isBlank() || name.length() > MAX_COLUMN_NAME || !names.add(name)) {
                throw LogsError.invalid(
                        "tableBody has a header row with an empty, repeated or too long name");
            }
        }
    }

    /// The rows behind the header, in their order.
    public void forEachRow(Consumer<List<String>> row) {
        var rows = read(body);
        if (rows.hasNext()) {
            rows.next();
            rows.forEachRemaining(record -> row.accept(record.getFields()));
        }
    }

    private static Iterator<CsvRecord> read(String body) {
        var text = body.startsWith(BYTE_ORDER_MARK) ? body.substring(1) : body;
        return CsvReader.builder().allowUnclosedQuote(false).ofCsvRecord(text).iterator();
    }
}
