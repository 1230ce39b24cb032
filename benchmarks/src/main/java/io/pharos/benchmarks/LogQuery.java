package io.pharos.benchmarks;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalPropertiesReader;
import io.pharos.kit.Database;
import io.pharos.logs.block.BlockMerge;
import io.pharos.logs.block.PackedBatch;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.event.EventId;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.eval.IndexedFieldScan;
import io.pharos.logs.insights.eval.QueryTimes;
import io.pharos.logs.insights.plan.QueryPlan;
import io.pharos.logs.insights.plan.QueryStatistics;
import io.pharos.logs.query.FieldIndexes;
import io.pharos.logs.query.QueryBlocks;
import io.pharos.logs.query.ResultTable;
import io.pharos.logs.query.RunningQuery;
import io.pharos.logs.query.StoredQuery;
import io.pharos.logs.query.pg.PgQueryBlocks;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.testkit.PostgresServer;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// L4 to L7: how much disk do merged blocks take, how fast are messages scanned for what is not in them,
/// how much faster with the blocks' trigrams or an indexed field, and how fast is a discovered field counted, over blocks
/// as they were flushed and over merged ones, which have columns? Beside it in the same run:
/// `zstd -dc | grep -cF` and DuckDB's `read_ndjson` on the same text, `zstd -1`'s size. Blocks, queries
/// and PostgreSQL are the real ones, merged as upkeep merges them; the front door and Kafka are not in it.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.LogQuery [MB, 400]`
///
/// Last result: `docs/performance.md`, L5 to L8.
public final class LogQuery {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final String GROUP = "/benchmark/json";
    private static final String FLUSHED = "/benchmark/flushed";
    private static final long START = 1_767_225_600_000L; // 2026-01-01, a full day follows
    private static final int BATCH_BYTES = 1_000_000;
    private static final String REGEX = "filter @message like /svc-9\\d{3}/ | stats count(*) as n";
    private static final int WARM_UPS = 24;
    private static final int SLOW_WARM_UPS = 3;
    private static final int ROUNDS = 5;

    private final Random random = new Random(20_261_121);
    private final Path directory;
    private final PostgresServer server;
    private final Database database;
    private final LogGroup group;
    private final LogGroup flushed;
    private final ExecutorService threads =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private QueryBlocks queryBlocks;
    private final Path text = Files.createTempFile("lines", ".txt");
    private long events;
    private String trace = "";
    private long scanned;
    private long bytes;

    private LogQuery() throws Exception {
        // As `./pharos up` runs it: the 64 MB of a test's server are less than these blocks.
        directory = Files.createTempDirectory("log-query");
        server = PostgresServer.on(directory, 0);
        PostgresServer.migrate(server.dataSource(), "logs");
        var url = server.jdbcUrl();
        database =
                new Database(
                        AgroalDataSource.from(
                                new AgroalPropertiesReader()
                                        .readProperties(
                                                Map.of(
                                                        "maxSize", "4",
                                                        "jdbcUrl", url,
                                                        "principal", "postgres",
                                                        "credential", "none"))));
        queryBlocks = new PgQueryBlocks(database);
        var groups = new PgLogGroups(database);
        groups.create(TENANT, GROUP, Map.of(), false, 1);
        group = groups.require(TENANT, GROUP);
        groups.create(TENANT, FLUSHED, Map.of(), false, 1);
        flushed = groups.require(TENANT, FLUSHED);
        new PgLogStreams(database, groups).create(TENANT, GROUP, "s", 1);
        new PgLogStreams(database, groups).create(TENANT, FLUSHED, "s", 1);
    }

    /// See the class.
    public static void main(String[] args) throws Exception {
        var megabytes = args.length > 0 ? Integer.parseInt(args[0]) : 400;
        var benchmark = new LogQuery();
        benchmark.fill(megabytes);
        benchmark.run();
        benchmark.close();
        System.exit(0);
    }

    private void close() throws Exception {
        server.close();
        for (var file : List.of(text, Path.of(text + ".zst"), Path.of(text + ".1"))) {
            Files.deleteIfExists(file);
        }
        shell("rm -rf " + directory);
    }

    private void fill(int megabytes) throws Exception {
        var id = stream(group);
        var other = stream(flushed);
        var blocks = new PgBlocks();
        try (var out = Files.newOutputStream(text)) {
            for (var batch = 0; bytes < megabytes * 1_000_000L; batch++) {
                var packed = batch(id, batch, out);
                var asFlushed = BlockMerge.flush(List.of(of(packed, other)));
                database.run(tx -> blocks.insert(tx, this.flushed.id(), asFlushed));
                var small = BlockMerge.flush(List.of(packed)).getFirst();
                var merged =
                        BlockMerge.merge(
                                List.of(small.payload()),
                                small.day(),
                                1,
                                (_, _) -> true,
                                new IndexedFieldScan(List.of("trace")));
                database.run(tx -> blocks.insert(tx, group.id(), merged));
            }
        }
        System.out.printf("%d events, %.0f MB of messages%n", events, bytes / 1e6);
    }

    private long stream(LogGroup of) {
        return new PgLogStreams(database, new PgLogGroups(database))
                .ids(of.id(), List.of("s"))
                .values()
                .iterator()
                .next();
    }

    private static PackedBatch of(PackedBatch batch, long stream) {
        return new PackedBatch(
                stream,
                batch.ingestionMs(),
                batch.batch(),
                batch.firstMs(),
                batch.lastMs(),
                batch.count(),
                batch.rawBytes(),
                batch.frame());
    }

    private PackedBatch batch(long stream, int number, OutputStream out) throws Exception {
        var packed = new PackedEvents.Builder();
        var first = START + events / 50;
        var size = 0;
        while (size < BATCH_BYTES) {
            var text = line();
            if (events == 100_000) {
                trace = text.replaceAll(".*\"trace\":\"(\\w+)\".*", "$1");
            }
            var line = text.getBytes(StandardCharsets.UTF_8);
            packed.add(START + events++ / 50, line, 0, line.length);
            out.write(line);
            out.write('\n');
            size += line.length + LogBatchCodec.EVENT_OVERHEAD;
            bytes += line.length;
        }
        var batch = LogBatchCodec.fill(LogBatch.newBuilder(), packed.build()).build();
        return new PackedBatch(
                stream,
                START,
                EventId.batch(0, number),
                first,
                START + events / 50,
                batch.getCount(),
                batch.getRawBytes(),
                batch.getEvents().toByteArray());
    }

    /// About 300 bytes of an access log as services write it.
    private String line() {
        var rank = (int) Math.pow(2_000, random.nextDouble());
        return "{\"time\":\"2026-01-01T%02d:%02d:%02d.%03dZ\",\"level\":\"%s\",\"service\":\"svc-%d\",\"trace\":\"%016x%016x\",\"http\":{\"method\":\"GET\",\"path\":\"/shop/articles/%d/view\",\"status\":%d,\"bytes\":%d},\"client\":\"10.%d.%d.%d\",\"agent\":\"Mozilla/5.0 (X11; Linux x86_64) Chrome/1%d.0.0.0\",\"ms\":%d}"
                .formatted(
                        events / 36_000 % 24,
                        events / 600 % 60,
                        events / 10 % 60,
                        random.nextInt(1000),
                        random.nextInt(50) == 0 ? "ERROR" : "INFO",
                        rank % 12,
                        random.nextLong(),
                        random.nextLong(),
                        rank,
                        random.nextInt(20) == 0 ? 404 : 200,
                        200 + random.nextInt(60_000),
                        random.nextInt(4),
                        random.nextInt(256),
                        random.nextInt(256),
                        20 + random.nextInt(20),
                        random.nextInt(900));
    }

    private void run() throws Exception {
        disk();
        var packed = Path.of(text + ".zst");
        shell("zstd -q -3 -f " + text + " -o " + packed);
        var grep = new double[ROUNDS];
        var regex = new double[ROUNDS];
        var count = new double[ROUNDS];
        var raw = new double[ROUNDS];
        var absent = new double[ROUNDS];
        var short2 = new double[ROUNDS];
        var first = new double[ROUNDS];
        var indexed = new double[ROUNDS];
        var unknown = new double[ROUNDS];
        var duck = new double[ROUNDS];
        try (var duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
            for (var round = -WARM_UPS; round < ROUNDS; round++) {
                var at = Math.max(0, round);
                if (round >= -SLOW_WARM_UPS) {
                    grep[at] = shell("zstd -dc " + packed + " | grep -cF zzqqx");
                    duck[at] = duckdb(duckdb);
                }
                // The text that it requires is in every block, so none is skipped.
                queryBlocks = new PgQueryBlocks(database); // with nothing in memory
                first[at] = query(REGEX, 0);
                regex[at] = query(REGEX, 0);
                indexed[at] = query("filter trace = \"" + trace + "\"", 1);
                if (scanned > events / 10) {
                    throw new IllegalStateException("scanned " + scanned);
                }
                unknown[at] = query("filter trace like \"" + trace + "\"", 1);
                short2[at] = query("filter @message like \"~~\" | stats count(*) as n", 0);
                absent[at] = query("filter @message like \"zzqqx\" | stats count(*) as n", 0);
                count[at] = query("stats count(*) as n by service | sort n desc", 12);
                raw[at] = query(flushed, "stats count(*) as n by service | sort n desc", 12);
            }
        }
        show("zstd -dc | grep -cF", grep);
        show("L5 regex with a common text that never matches", regex);
        show("L5 the same, every block brought from PostgreSQL", first);
        show("L5 absent text of two characters (no trigrams)", short2);
        show("L6 absent text, trigrams", absent);
        show("equality of an indexed field, one event in all", indexed);
        show("the same without the index (like)", unknown);
        show("DuckDB read_ndjson, count by a field, 2 threads", duck);
        show("L7 stats count(*) by a discovered field, columns", count);
        show("L7 the same on blocks as they were flushed", raw);
        show(
                "filter on a discovered field",
                twice("filter http.status = 404 | stats avg(ms) by service"));
    }

    private void disk() throws Exception {
        database.read(connection -> {
            connection.setAutoCommit(true);
            try (var vacuum = connection.createStatement()) {
                vacuum.execute("DELETE FROM logs.block WHERE false");
                vacuum.execute("VACUUM FULL logs.block");
            }
            return 0;
        });
        shell("zstd -q -1 -f " + text + " -o " + text + ".1");
        var one = Files.size(Path.of(text + ".1"));
        var sql =
                "SELECT sum(length(payload)), sum(head_bytes), sum(length(trigrams)),"
                        + " pg_total_relation_size('logs.block'), sum(length(indexed)) FROM logs.block WHERE group_id = "
                        + group.id();
        var whole = "SELECT sum(length(payload)) FROM logs.block";
        database.read(connection -> {
            try (var statement = connection.createStatement()) {
                var all = 0L;
                try (var rows = statement.executeQuery(whole)) {
                    rows.next();
                    all = rows.getLong(1);
                }
                try (var rows = statement.executeQuery(sql)) {
                    rows.next();
                    // Flushed blocks take the same pages: their share is that of their payloads.
                    var mine = rows.getLong(1) + rows.getLong(3);
                    var disk =
                            rows.getLong(4)
                                    * 1.0
                                    * mine
                                    / (all + rows.getLong(3) + rows.getLong(5));
                    System.out.printf(
                            "L4 payloads %.3f of zstd -1 (heads %.3f), trigrams %.3f, on disk %.3f; values of an indexed field %.3f%n",
                            rows.getLong(1) * 1.0 / one,
                            rows.getLong(2) * 1.0 / one,
                            rows.getLong(3) * 1.0 / one,
                            disk / one,
                            rows.getLong(5) * 1.0 / one);
                }
            }
            return 0;
        });
    }

    private double duckdb(Connection duckdb) throws Exception {
        var from = System.nanoTime();
        try (var statement = duckdb.createStatement()) {
            statement.execute("SET threads = 2");
            try (var rows =
                    statement.executeQuery(
                            "SELECT service, count(*) FROM read_ndjson('"
                                    + text
                                    + "', columns = {service: 'VARCHAR'}) GROUP BY service")) {
                var groups = 0;
                while (rows.next()) {
                    groups++;
                }
                if (groups != 12) {
                    throw new IllegalStateException(groups + " groups");
                }
            }
        }
        return (System.nanoTime() - from) / 1e9;
    }

    private double[] twice(String query) {
        return new double[] {query(query, -1), query(query, -1), query(query, -1)};
    }

    private double query(String text, int rows) {
        return query(group, text, rows);
    }

    private double query(LogGroup group, String text, int rows) {
        var times = new QueryTimes(START, START + 86_400_000L, START + 86_400_000L, "eu-west-1");
        var query = InsightsQuery.parse(text);
        var plan = QueryPlan.of(query, times, 10_000, QueryPlan.Inputs.CHECK_ONLY);
        var stored =
                new StoredQuery(
                        UUID.randomUUID(),
                        TENANT,
                        text,
                        List.of(GROUP),
                        START,
                        START,
                        QueryStatus.SCHEDULED,
                        START,
                        START,
                        QueryStatistics.NONE,
                        null);
        var from = System.nanoTime();
        var running =
                new RunningQuery(
                        stored,
                        new RunningQuery.Work(
                                query,
                                plan,
                                10_000,
                                List.of(group),
                                _ -> List.of(),
                                _ -> Optional.empty(),
                                FieldIndexes.OF_ALL_GROUPS,
                                queryBlocks,
                                threads));
        running.execute();
        ResultTable table = running.results();
        var seconds = (System.nanoTime() - from) / 1e9;
        var statistics = running.statistics();
        scanned = statistics.recordsScanned();
        if (statistics.recordsScanned() + statistics.recordsSkipped() != events
                || (rows >= 0 && table.rows().size() != rows)) {
            throw new IllegalStateException("wrong: " + statistics + " " + table.rows());
        }
        return seconds;
    }

    private static double shell(String command) throws Exception {
        var from = System.nanoTime();
        new ProcessBuilder("bash", "-c", command).inheritIO().start().waitFor();
        return (System.nanoTime() - from) / 1e9;
    }

    private void show(String what, double[] seconds) {
        var sorted = Arrays.stream(seconds).boxed().sorted().toList();
        var median = sorted.get(sorted.size() / 2);
        System.out.printf(
                "%-60s %8.1f ms %8.0f MB/s   best %8.1f ms%n",
                what, median * 1e3, bytes / 1e6 / median, sorted.getFirst() * 1e3);
    }
}
