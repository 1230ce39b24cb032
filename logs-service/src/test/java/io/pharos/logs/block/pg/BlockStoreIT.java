package io.pharos.logs.block.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.Objects.requireNonNull;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.block.BlockMerge;
import io.pharos.logs.block.s3.S3BlockStore;
import io.pharos.logs.event.EventId;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.ingest.stream.Flush;
import io.pharos.logs.read.EventQuery;
import io.pharos.logs.read.FoundEvent;
import io.pharos.logs.read.pg.EventReader;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudwatchlogs.model.ServiceUnavailableException;
import software.amazon.awssdk.services.s3.S3Client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Full blocks in a bucket: the same events as from PostgreSQL, whatever happens to the bucket's server.
class BlockStoreIT {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir Path directory;

    private final SteppingClock clock = SteppingClock.at("2026-01-15T12:00:00Z");
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgLogStreams streams = new PgLogStreams(database, groups);
    private final Flush flush = new Flush(database);
    private final Random random = new Random(3);
    private final List<String> sent = new ArrayList<>();
    private S3Server server;
    private S3Client client;
    private PgBlocks blocks;
    private PgBlockMerger merger;
    private PgBlockMover mover;
    private PgBlockSweep sweep;
    private EventReader reader;
    private long offset;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server(directory);
        server.start();
        client = server.client();
        client.createBucket(create -> create.bucket(S3Server.BUCKET));
        var store = new S3BlockStore(client, S3Server.BUCKET, "logs/", true);
        blocks = new PgBlocks(store);
        merger = new PgBlockMerger(database, blocks);
        mover = new PgBlockMover(database, blocks, store);
        sweep = new PgBlockSweep(database, merger);
        reader = new EventReader(database, blocks, streams);
        groups.create(Calls.TENANT, "app", Map.of(), false, 1);
        streams.create(Calls.TENANT, "app", "one", 1);
        streams.create(Calls.TENANT, "app", "two", 1);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void readsWhatWasMoved() {
        arrive("one", 3);
        merger.mergeDue(clock.millis());
        arrive("one", 1);
        assertThat(mover.moveDue(clock.millis())).isPositive();
        assertThat(mover.moveDue(clock.millis())).isZero();
        assertThat(server.keys()).isNotEmpty().allMatch(key -> key.startsWith("logs/"));
        assertThat(number("SELECT count(*) FROM logs.block WHERE object IS NOT NULL"))
                .isEqualTo(server.keys().size());
        assertThat(number("SELECT count(*) FROM logs.block WHERE payload IS NOT NULL"))
                .as("what is not full stays")
                .isPositive();
        assertThat(number("SELECT count(*) FROM logs.block_garbage")).isZero();
        assertThat(messages()).isEqualTo(sent);
    }

    @Test
    void whatWasMergedHereIsInMemory() {
        arrive("one", 3);
        merger.mergeDue(clock.millis());
        var sql = "SELECT id, checksum FROM logs.block WHERE tier = " + BlockMerge.FULL_TIER;
        var full = new ArrayList<KeptPayloads.Key>();
        database.run(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    full.add(new KeptPayloads.Key(rows.getLong(1), rows.getInt(2)));
                }
            }
        });
        assertThat(full).isNotEmpty();
        for (var key : full) {
            var kept = requireNonNull(blocks.kept().find(key));
            assertThat(BlockPayloads.checksum(kept)).isEqualTo(key.checksum());
        }
    }

    @Test
    void tellsWhatIsDamagedOrLost() {
        arrive("one", 2);
        merger.mergeDue(clock.millis());
        mover.moveDue(clock.millis());
        var key = server.keys().getFirst();
        var bytes = client.getObjectAsBytes(get -> get.bucket(S3Server.BUCKET).key(key));
        var damaged = bytes.asByteArray();
        damaged[damaged.length / 2] ^= 1;
        client.putObject(
                put -> put.bucket(S3Server.BUCKET).key(key), RequestBody.fromBytes(damaged));
        assertThatThrownBy(this::messages).hasMessageContaining("damaged");
        client.deleteObject(delete -> delete.bucket(S3Server.BUCKET).key(key));
        assertThatThrownBy(this::messages).hasMessageContaining("lost");
    }

    @Test
    void aStoreThatIsDownHoldsUpReadingOnlyAndIsUsedAgain() throws Exception {
        arrive("one", 2);
        merger.mergeDue(clock.millis());
        mover.moveDue(clock.millis());
        var before = server.keys();
        server.stop();
        // Arriving and merging go on.
        arrive("two", 2);
        merger.mergeDue(clock.millis());
        assertThatThrownBy(() -> mover.moveDue(clock.millis()))
                .isInstanceOf(ServiceUnavailableException.class);
        assertThatThrownBy(this::messages).isInstanceOf(ServiceUnavailableException.class);
        assertThat(number("SELECT sum(events) FROM logs.group_usage")).isEqualTo(sent.size());
        server.start();
        assertThat(messages()).isEqualTo(sent);
        assertThat(mover.moveDue(clock.millis())).isPositive();
        assertThat(server.keys()).hasSizeGreaterThan(before.size());
        assertThat(messages()).isEqualTo(sent);
        // The key that the failure left behind is cleared without harm.
        clock.advance(PgBlockMover.GRACE.plusMinutes(1));
        mover.clear(clock.millis());
        assertThat(number("SELECT count(*) FROM logs.block_garbage")).isZero();
        assertThat(messages()).isEqualTo(sent);
    }

    @Test
    void deletedAndExpiredEventsLeaveBothStores() {
        arrive("one", 2);
        arrive("two", 2);
        while (merger.mergeDue(clock.millis()) > 0) {
            // Until there is nothing left to merge.
        }
        mover.moveDue(clock.millis());
        var all = server.keys();
        var group = groups.require(Calls.TENANT, "app");

        streams.delete(Calls.TENANT, "app", "two", clock.millis());
        while (number("SELECT count(*) FROM logs.leftover") > 0) {
            sweep.clearLeftovers(clock.millis());
        }
        assertThat(number("SELECT sum(events) FROM logs.group_usage")).isEqualTo(sent.size() / 2);
        mover.moveDue(clock.millis());
        assertThat(server.keys()).as("running queries may still read them").containsAll(all);
        clock.advance(PgBlockMover.GRACE.plusMinutes(1));
        mover.clear(clock.millis());
        assertThat(server.keys())
                .isNotEmpty()
                .doesNotContainSequence(all)
                .hasSize((int) number("SELECT count(*) FROM logs.block WHERE object IS NOT NULL"));
        assertThat(messages()).hasSize(sent.size() / 2);

        groups.setRetention(Calls.TENANT, "app", 3);
        clock.advance(DAY.multipliedBy(2));
        sweep.expire(clock.millis());
        assertThat(messages()).as("not yet").hasSize(sent.size() / 2);
        clock.advance(DAY.multipliedBy(2));
        assertThat(sweep.expire(clock.millis())).isPositive();
        assertThat(number("SELECT count(*) FROM logs.block WHERE group_id = " + group.id()))
                .isZero();
        assertThat(number("SELECT sum(bytes) FROM logs.group_usage")).isZero();
        clock.advance(PgBlockMover.GRACE.plusMinutes(1));
        mover.clear(clock.millis());
        assertThat(server.keys()).isEmpty();
    }

    @Test
    void aDeletedGroupLeavesBothStores() {
        arrive("one", 2);
        merger.mergeDue(clock.millis());
        mover.moveDue(clock.millis());
        groups.delete(Calls.TENANT, "app", clock.millis());
        sweep.clearLeftovers(clock.millis());
        assertThat(number("SELECT count(*) FROM logs.block")).isZero();
        clock.advance(PgBlockMover.GRACE.plusMinutes(1));
        mover.clear(clock.millis());
        assertThat(server.keys()).isEmpty();
    }

    /// So many records of somewhat less than a megabyte.
    private void arrive(String stream, int records) {
        var batches = new ArrayList<LogBatch>();
        for (var record = 0; record < records; record++) {
            var events = new PackedEvents.Builder();
            for (var i = 0; i < 900; i++) {
                var message =
                        stream + " " + sent.size() + " " + "x".repeat(900 + random.nextInt(80));
                events.add(clock.millis() + sent.size(), message);
                sent.add(message);
            }
            batches.add(
                    LogBatchCodec.fill(
                                    LogBatch.newBuilder()
                                            .setAccount(Calls.TENANT.account())
                                            .setRegion(Calls.TENANT.region())
                                            .setLogGroup("app")
                                            .setLogStream(stream)
                                            .setReceivedMs(clock.millis()),
                                    events.build())
                            .build());
        }
        flush.flush(0, offset, batches);
        offset += records;
    }

    private List<String> messages() {
        return messages(null);
    }

    /// @param stream null: any
    private List<String> messages(@Nullable String stream) {
        var group = groups.require(Calls.TENANT, "app").id();
        var ids = stream == null ? null : streams.ids(group, List.of(stream)).values();
        var found = new ArrayList<String>();
        var boundary = EventId.FIRST;
        while (boundary != null) {
            var page =
                    reader.read(
                            new EventQuery(
                                    group,
                                    0,
                                    EventId.MAX_TIMESTAMP_MS,
                                    true,
                                    boundary,
                                    ids,
                                    _ -> true,
                                    _ -> true,
                                    List.of(),
                                    10_000));
            page.events().stream().map(FoundEvent::message).forEach(found::add);
            boundary = page.next();
        }
        return found;
    }

    private long number(String sql) {
        return database.read(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }
}
