package io.pharos.logs.ingest.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.kit.Database;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.ingest.pg.PgArrivals;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.stream.LogBatch;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/// The real consumer's handler on records that a test gives it, each flush in a transaction.
public final class Flush {
    private final Database database;
    private final LogConsumer consumer;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    public Flush(Database database, LogTap... taps) {
        this(database, List.of(taps));
    }

    private Flush(Database database, List<LogTap> taps) {
        this.database = database;
        this.consumer = consumer(database, taps, meters);
    }

    public static LogConsumer consumer(Database database, List<LogTap> taps, MeterRegistry meters) {
        var groups = new PgLogGroups(database);
        var streams = new PgLogStreams(database, groups);
        return new LogConsumer(new PgArrivals(groups, streams, new PgBlocks()), taps, meters);
    }

    public double dropped() {
        return meters.counter("pharos.logs.batches.dropped").count();
    }

    /// Records of one partition, from `offset` on.
    public void flush(int partition, long offset, List<LogBatch> batches) {
        var records = new ArrayList<StreamRecord>();
        for (var batch : batches) {
            records.add(
                    new StreamRecord(
                            "log-events",
                            partition,
                            offset + records.size(),
                            0,
                            new byte[0],
                            batch.toByteArray(),
                            null));
        }
        var actions = new ArrayList<Runnable>();
        database.run(tx -> consumer.handle(new Direct(partition, records, tx, actions)));
        actions.forEach(Runnable::run);
    }

    private record Direct(
            int partition,
            List<StreamRecord> records,
            Connection connection,
            List<Runnable> afterCommit)
            implements StreamBatch {
        @Override
        public String topic() {
            return "log-events";
        }

        @Override
        public void derive(StreamRecord cause, String topic, byte[] key, byte[] value) {
            throw new UnsupportedOperationException("no tap here derives");
        }

        @Override
        public void derive(
                StreamRecord cause, String topic, int partition, byte[] key, byte[] value) {
            throw new UnsupportedOperationException("no tap here derives");
        }

        @Override
        public void afterCommit(Runnable action) {
            afterCommit.add(action);
        }
    }
}
