package io.pharos.metrics.anomaly;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/// A model as bytes: a version, then its parts in order, deflated. About two kilobytes.
final class ModelForm {
    private static final int VERSION = 1;

    private ModelForm() {}

    /// What a model is made of.
    record Parts(
            int periodS,
            ZoneId zone,
            long fromS,
            long endS,
            double slope,
            Level level,
            List<Profile> seasons,
            float[] down,
            float[] up,
            double lowest,
            double highest) {}

    static byte[] write(Parts parts) {
        var bytes = new ByteArrayOutputStream();
        bytes.write(VERSION);
        try (var out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            out.writeInt(parts.periodS());
            out.writeUTF(parts.zone().getId());
            out.writeLong(parts.fromS());
            out.writeLong(parts.endS());
            out.writeDouble(parts.slope());
            out.writeInt(parts.level().timesS().length);
            for (var i = 0; i < parts.level().timesS().length; i++) {
                out.writeLong(parts.level().timesS()[i]);
                out.writeDouble(parts.level().values()[i]);
            }
            out.writeByte(parts.seasons().size());
            for (var season : parts.seasons()) {
                out.writeUTF(season.cycle().name());
                out.writeInt(season.slotS());
                write(out, season.slots());
            }
            write(out, parts.down());
            write(out, parts.up());
            out.writeDouble(parts.lowest());
            out.writeDouble(parts.highest());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, float[] values) throws IOException {
        out.writeInt(values.length);
        for (var value : values) {
            out.writeFloat(value);
        }
    }

    static Optional<Parts> read(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != VERSION) {
            return Optional.empty();
        }
        try (var in =
                new DataInputStream(
                        new InflaterInputStream(
                                new ByteArrayInputStream(bytes, 1, bytes.length - 1)))) {
            var periodS = in.readInt();
            var zone = ZoneId.of(in.readUTF());
            var fromS = in.readLong();
            var endS = in.readLong();
            var slope = in.readDouble();
            var times = new long[in.readInt()];
            var values = new double[times.length];
            for (var i = 0; i < times.length; i++) {
                times[i] = in.readLong();
                values[i] = in.readDouble();
            }
            var seasons = new ArrayList<Profile>();
            for (var left = in.readByte(); left > 0; left--) {
                seasons.add(new Profile(Cycle.valueOf(in.readUTF()), in.readInt(), floats(in)));
            }
            return Optional.of(
                    new Parts(
                            periodS,
                            zone,
                            fromS,
                            endS,
                            slope,
                            new Level(times, values),
                            List.copyOf(seasons),
                            floats(in),
                            floats(in),
                            in.readDouble(),
                            in.readDouble()));
        } catch (IOException broken) {
            throw new UncheckedIOException("a model is cut off", broken);
        }
    }

    private static float[] floats(DataInputStream in) throws IOException {
        var values = new float[in.readInt()];
        for (var i = 0; i < values.length; i++) {
            values[i] = in.readFloat();
        }
        return values;
    }
}
