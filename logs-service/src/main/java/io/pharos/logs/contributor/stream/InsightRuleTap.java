package io.pharos.logs.contributor.stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.contributor.BatchCounts;
import io.pharos.logs.contributor.RuleBodyParser;
import io.pharos.logs.contributor.RuleReader;
import io.pharos.logs.contributor.pg.PgContributions;
import io.pharos.logs.contributor.pg.PgInsightRules;
import io.pharos.logs.filter.pg.GroupFilters;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Counts arriving events by the rules of Contributor Insights. What a batch contributes is written in
/// its transaction, so that after a crash nothing counts twice and nothing is lost. Groups that no rule
/// names are passed by. AWS: rules see groups of the class STANDARD only.
@Singleton
public final class InsightRuleTap implements LogTap {
    /// Contributors that a batch may gather before they are written.
    static final int MAX_GATHERED = 100_000;

    private static final Logger LOG = Logger.getLogger(InsightRuleTap.class);

    private final GroupFilters<RuleReader> rules = new GroupFilters<>(InsightRuleTap::compiled);

    /// Of the batches at work.
    private final Cache<StreamBatch, BatchCounts> gathered =
            Caffeine.newBuilder().weakKeys().build();

    private final InstantSource clock;

    public InsightRuleTap(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival)
            throws SQLException {
        for (var reader : rules.of(batch, arrival.group())) {
            if (reader.rule().seesEventsOf(arrival.receivedMs())) {
                count(batch, reader, arrival);
            }
        }
    }

    private void count(StreamBatch batch, RuleReader reader, LogArrival arrival)
            throws SQLException {
        var counts = gathered.get(batch, _ -> new BatchCounts());
        var events =
                reader.rule().onTransformed() ? arrival.transformed().events() : arrival.shown();
        for (var event = 0; event < events.count(); event++) {
            var observation = reader.read(events.message(event));
            if (observation != null) {
                counts.add(reader.rule(), events.timestampMs(event), observation);
            }
        }
        if (counts.size() > MAX_GATHERED) {
            write(batch, counts);
        }
    }

    @Override
    public void onEnd(StreamBatch batch) throws SQLException {
        var counts = gathered.asMap().remove(batch);
        if (counts != null) {
            write(batch, counts);
        }
    }

    private void write(StreamBatch batch, BatchCounts counts) throws SQLException {
        PgContributions.add(batch.connection(), counts, clock.millis());
        counts.clear();
    }

    private static List<RuleReader> compiled(Connection connection, LogGroup group)
            throws SQLException {
        if (!group.isStandard()) {
            return List.of();
        }
        var compiled = new ArrayList<RuleReader>();
        for (var rule : PgInsightRules.enabled(connection, group.tenant())) {
            try {
                var body = RuleBodyParser.parse(rule.definition(), rule.tenant());
                if (body.logGroups().matches(group.name())) {
                    compiled.add(new RuleReader(rule, body));
                }
            } catch (RuntimeException unreadable) { // events must pass whatever the rule
                LOG.errorf(
                        unreadable,
                        "rule is skipped account=%s rule=%s",
                        group.tenant().account(),
                        rule.name());
            }
        }
        return List.copyOf(compiled);
    }
}
