package io.pharos.alarms.query;

import io.pharos.alarms.alarm.Contributor;
import io.pharos.alarms.evaluate.Evaluation;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.alarms.ledger.pg.AlarmLedger;

import org.jboss.logging.Logger;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.EvaluationState;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Gives alarms on queries their turns: one question for many, each judged and written for itself.
public final class QueryEvaluator {
    private static final Logger LOG = Logger.getLogger(QueryEvaluator.class);

    /// Newer than the SDK's list: the queries can not be computed as things are.
    private static final String EVALUATION_ERROR = "EVALUATION_ERROR";

    private final QueryBook book;
    private final AlarmLedger ledger;
    private final MetricAnswers metrics;
    private final Executor executor;

    public QueryEvaluator(
            QueryBook book, AlarmLedger ledger, MetricAnswers metrics, Executor executor) {
        this.book = book;
        this.ledger = ledger;
        this.metrics = metrics;
        this.executor = executor;
    }

    public QueryBook book() {
        return book;
    }

    /// Starts what is due.
    public void tick(Instant now) {
        for (var turns : book.due(now)) {
            executor.execute(() -> ask(new Question(turns), now));
        }
    }

    private void ask(Question question, Instant now) {
        var turns = question.turns();
        try {
            var response = metrics.ask(turns.getFirst().kept().key().tenant(), question.request());
            var answers = question.answers(response);
            for (var i = 0; i < turns.size(); i++) {
                judge(turns.get(i), answers.get(i), now);
            }
        } catch (CloudWatchException refused) {
            refused(turns, refused, now);
        } catch (SdkException failure) {
            LOG.warnf(
                    "queries are not answered, asked again next time: alarms=%d cause=%s",
                    turns.size(), failure.toString());
            turns.forEach(turn -> book.done(turn, turn.kept()));
        }
    }

    /// One bad alarm must not spoil the others: then each is asked for itself.
    private void refused(List<Turn> turns, CloudWatchException refused, Instant now) {
        if (turns.size() > 1 && MetricAnswers.isRefusal(refused)) {
            turns.forEach(turn -> ask(new Question(List.of(turn)), now));
            return;
        }
        LOG.warnf(
                "queries are refused: alarm=%s cause=%s",
                turns.getFirst().kept().key().arn(), refused.toString());
        for (var turn : turns) {
            if (MetricAnswers.isRefusal(refused)) {
                guarded(turn, () -> ledger.noteEvaluation(turn.kept(), EVALUATION_ERROR));
            } else {
                book.done(turn, turn.kept());
            }
        }
    }

    private void judge(Turn turn, Answer answer, Instant now) {
        guarded(
                turn,
                () -> {
                    var state = answer.isPartial() ? EvaluationState.PARTIAL_DATA.toString() : null;
                    var kept = ledger.noteEvaluation(turn.kept(), state);
                    return turn.queries().isOnSeveralSeries()
                            ? judgeEach(turn, kept, answer, now)
                            : judgeOne(turn, kept, answer, now);
                });
    }

    private KeptAlarm judgeOne(Turn turn, KeptAlarm kept, Answer answer, Instant now) {
        var window = answer.window(turn.rule(), turn.endS());
        return Evaluation.of(turn.rule(), window, kept.alarm().state(), now)
                .flatMap(verdict -> ledger.change(kept, verdict, now))
                .orElse(kept);
    }

    private KeptAlarm judgeEach(Turn turn, KeptAlarm kept, Answer answer, Instant now) {
        Map<String, Contributor> alarming =
                ledger.contributors(kept.key()).stream()
                        .collect(
                                Collectors.toMap(
                                        one -> one.contributorId(),
                                        one ->
                                                new Contributor(
                                                        one.contributorId(),
                                                        one.contributorAttributes())));
        var judged = Contributors.judge(turn, answer, alarming, now);
        var verdict = judged.verdict(kept.alarm().state());
        if (judged.changes().isEmpty() && verdict.isEmpty()) {
            return kept;
        }
        return ledger.changeContributors(kept, judged.changes(), verdict.orElse(null), now)
                .orElse(kept);
    }

    /// Whatever becomes of it, the turn ends.
    private void guarded(Turn turn, Supplier<KeptAlarm> work) {
        var kept = turn.kept();
        try {
            kept = work.get();
        } catch (RuntimeException failure) {
            LOG.warnf(
                    "alarm is not evaluated, again next time: alarm=%s cause=%s",
                    turn.kept().key().arn(), failure.toString());
        } finally {
            book.done(turn, kept);
        }
    }
}
