package io.pharos.kit;

import io.pharos.stream.Origin;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Takes one batch of a partition: effects, derived records and position together, or not at all. A
/// batch that fails for good is cut until the failing record stands alone, which then goes to the
/// dead-letter topic.
final class BatchCommitter implements AutoCloseable {
    static final String REASON = "pharos-dead-reason";
    static final String CONSUMER = "pharos-dead-consumer";
    static final String TOPIC = "pharos-dead-topic";
    static final String PARTITION = "pharos-dead-partition";
    static final String OFFSET = "pharos-dead-offset";

    private static final Logger LOG = Logger.getLogger(BatchCommitter.class);
    private static final byte[] NOTHING = {};
    private static final int MAX_REASON = 1_000;

    private final StreamConsumers.Subscription subscription;
    private final StreamPositions positions;
    private final StreamProducer deadLetters;
    private final DerivedSender sender;
    private final ConsumerMeters meters;

    BatchCommitter(
            StreamConsumers.Subscription subscription,
            StreamPositions positions,
            StreamProducer deadLetters,
            DerivedSender sender,
            ConsumerMeters meters) {
        this.subscription = subscription;
        this.positions = positions;
        this.deadLetters = deadLetters;
        this.sender = sender;
        this.meters = meters;
    }

    /// Another consumer of the same name moved the position.
    static final class MovedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MovedException() {
            super("position was moved", null, false, false);
        }
    }

    /// A batch on its way: the pieces that are still to be taken, in order.
    static final class Work {
        private final PartitionReader reader;
        private final Deque<List<ConsumerRecord<byte[], byte[]>>> pieces = new ArrayDeque<>();

        /// Why the first piece, then a single record, can never be taken.
        private @Nullable RuntimeException poison;

        Work(PartitionReader reader, List<ConsumerRecord<byte[], byte[]>> batch) {
            this.reader = reader;
            pieces.add(batch);
        }

        boolean isDone() {
            return pieces.isEmpty();
        }

        /// Around the record the handler named, or in halves.
        private void cut(RuntimeException failure) {
            var piece = pieces.removeFirst();
            if (piece.size() == 1) {
                pieces.addFirst(piece);
                poison = failure;
                return;
            }
            var at = piece.size() / 2;
            var end = at;
            if (failure instanceof PoisonRecordException named) {
                for (int i = 0; i < piece.size(); i++) {
                    if (piece.get(i).offset() == named.offset()) {
                        at = i;
                        end = i + 1;
                    }
                }
            }
            addFirst(piece.subList(end, piece.size()));
            addFirst(piece.subList(at, end));
            addFirst(piece.subList(0, at));
        }

        private void addFirst(List<ConsumerRecord<byte[], byte[]>> piece) {
            if (!piece.isEmpty()) {
                pieces.addFirst(piece);
            }
        }
    }

    /// Takes the next piece of `work`, or finds out that it must be cut.
    ///
    /// @throws MovedException when the partition is somebody else's
    /// @throws RuntimeException a transient failure: nothing has happened, the same call may succeed
    void commitNext(Work work) {
        var piece = Objects.requireNonNull(work.pieces.peekFirst());
        var poison = work.poison;
        if (poison != null) {
            bury(work.reader, piece.getFirst(), poison);
            work.poison = null;
            work.pieces.removeFirst();
            return;
        }
        try {
            commit(work.reader, piece);
            work.pieces.removeFirst();
        } catch (MovedException moved) {
            throw moved;
        } catch (RuntimeException failure) {
            if (Failures.isTransient(failure)) {
                throw failure;
            }
            work.cut(failure);
        }
    }

    private void commit(PartitionReader reader, List<ConsumerRecord<byte[], byte[]>> piece) {
        var start = System.nanoTime();
        var next = piece.getLast().offset() + 1;
        var origins = new HashMap<String, Origin>();
        var actions =
                positions
                        .database()
                        .inTransaction(connection -> {
                            lock(connection, reader);
                            origins.clear();
                            var fresh = withoutRepeats(reader, piece, origins);
                            var done =
                                    fresh.isEmpty()
                                            ? List.<Runnable>of()
                                            : take(connection, reader, fresh, next);
                            positions.save(connection, reader.partition, next, origins.values());
                            return done;
                        });
        reader.advance(next, origins);
        for (var action : actions) {
            try {
                action.run();
            } catch (RuntimeException failure) {
                LOG.errorf(failure, "action after commit failed: consumer=%s", subscription.name());
            }
        }
        meters.handled().increment(piece.size());
        meters.batch().record(Duration.ofNanos(System.nanoTime() - start));
    }

    private void lock(Connection connection, PartitionReader reader) throws SQLException {
        if (!positions.lock(connection, reader.partition, reader.stored())) {
            throw new MovedException();
        }
    }

    private List<Runnable> take(
            Connection connection, PartitionReader reader, List<StreamRecord> fresh, long next)
            throws SQLException {
        var batch = new LoopBatch(subscription.name(), fresh, connection);
        subscription.handler().handle(batch);
        var derived = batch.derived();
        if (!derived.isEmpty()) {
            if (!reader.isPlanned(next)) {
                positions.plan(reader.partition, reader.stored().orElse(0), next);
            }
            sender.send(derived);
        }
        return batch.actionsAfterCommit();
    }

    /// @param highest gets the highest origin of each source that is new
    private List<StreamRecord> withoutRepeats(
            PartitionReader reader,
            List<ConsumerRecord<byte[], byte[]>> piece,
            Map<String, Origin> highest) {
        var fresh = new ArrayList<StreamRecord>(piece.size());
        for (var record : piece) {
            var taken = record(record);
            var origin = taken.origin();
            if (origin != null) {
                var source = origin.source();
                var seen = highest.getOrDefault(source, reader.origins().get(source));
                if (seen != null && origin.compareTo(seen) <= 0) {
                    meters.repeated().increment();
                    continue;
                }
                highest.put(source, origin);
            }
            fresh.add(taken);
        }
        return List.copyOf(fresh);
    }

    private static StreamRecord record(ConsumerRecord<byte[], byte[]> record) {
        var bare = record(record, null);
        var header = record.headers().lastHeader(Origin.HEADER);
        if (header == null) {
            return bare;
        }
        try {
            return record(record, Origin.fromHeader(header.value()));
        } catch (IllegalArgumentException unreadable) {
            throw new PoisonRecordException(bare, "unreadable origin", unreadable);
        }
    }

    private static StreamRecord record(
            ConsumerRecord<byte[], byte[]> record, @Nullable Origin origin) {
        return new StreamRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key() == null ? NOTHING : record.key(),
                record.value() == null ? NOTHING : record.value(),
                origin);
    }

    private void bury(
            PartitionReader reader,
            ConsumerRecord<byte[], byte[]> record,
            RuntimeException failure) {
        LOG.errorf(
                failure,
                "record goes to the dead letters: consumer=%s partition=%s offset=%d",
                subscription.name(),
                reader.partition,
                record.offset());
        try {
            deadLetters.partitions(record.topic() + ".dead");
            StreamProducer.await(List.of(deadLetters.send(deadLetter(record, failure))));
        } catch (UnknownTopicOrPartitionException noTopic) {
            LOG.errorf("record is passed over, there is no topic=%s.dead", record.topic());
        }
        var next = record.offset() + 1;
        positions
                .database()
                .run(connection -> {
                    lock(connection, reader);
                    positions.save(connection, reader.partition, next, List.of());
                });
        reader.advance(next, Map.of());
        meters.poisoned().increment();
    }

    private ProducerRecord<byte[], byte[]> deadLetter(
            ConsumerRecord<byte[], byte[]> record, RuntimeException failure) {
        var letter =
                new ProducerRecord<>(
                        record.topic() + ".dead",
                        0,
                        record.key(),
                        record.value(),
                        record.headers());
        var reason = failure.toString();
        letter.headers()
                .add(REASON, utf8(reason.substring(0, Math.min(reason.length(), MAX_REASON))))
                .add(CONSUMER, utf8(subscription.name()))
                .add(TOPIC, utf8(record.topic()))
                .add(PARTITION, utf8(Integer.toString(record.partition())))
                .add(OFFSET, utf8(Long.toString(record.offset())));
        return letter;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        sender.close();
    }
}
