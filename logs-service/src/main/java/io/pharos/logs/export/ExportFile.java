package io.pharos.logs.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.zip.GZIPOutputStream;

/// One file of an export: gzip of lines, each an event's time in UTC and its message.
public final class ExportFile {
    /// Before compression; then comes the next file.
    public static final int MAX_PLAIN = 32 << 20;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final GZIPOutputStream gzip;
    private long plain;

    public ExportFile() {
        try {
            gzip = new GZIPOutputStream(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public void add(long timestampMs, String message) {
        var line = TIME.format(Instant.ofEpochMilli(timestampMs)) + " " + message + "\n";
        var utf8 = line.getBytes(StandardCharsets.UTF_8);
        plain += utf8.length;
        try {
            gzip.write(utf8);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public boolean isEmpty() {
        return plain == 0;
    }

    public boolean isFull() {
        return plain >= MAX_PLAIN;
    }

    /// Ends the file.
    public byte[] end() {
        try {
            gzip.close();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
