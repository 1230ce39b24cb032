package io.pharos.alarms.config;

import com.google.protobuf.InvalidProtocolBufferException;

import io.agroal.api.AgroalDataSource;
import io.pharos.alarms.deliver.ActionRelay;
import io.pharos.alarms.deliver.ActionTarget;
import io.pharos.alarms.deliver.BreachingValues;
import io.pharos.alarms.deliver.EventRelay;
import io.pharos.alarms.deliver.FunctionTarget;
import io.pharos.alarms.deliver.PolicyTarget;
import io.pharos.alarms.deliver.TopicTarget;
import io.pharos.alarms.deliver.WebhookTarget;
import io.pharos.alarms.ledger.pg.ActionOutbox;
import io.pharos.alarms.ledger.pg.AlarmFeed;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.CompositeLedger;
import io.pharos.alarms.ledger.pg.Evaluators;
import io.pharos.alarms.ledger.pg.EventOutbox;
import io.pharos.alarms.ledger.pg.MuteLedger;
import io.pharos.alarms.live.AlarmBook;
import io.pharos.alarms.live.schedule.AlarmEvaluator;
import io.pharos.alarms.live.stream.MetricFollower;
import io.pharos.alarms.query.MetricAnswers;
import io.pharos.alarms.query.QueryBook;
import io.pharos.alarms.query.QueryEvaluator;
import io.pharos.alarms.scaling.pg.PolicyLedger;
import io.pharos.alarms.scaling.schedule.ScalingKeeper;
import io.pharos.kit.Database;
import io.pharos.kit.Doorbell;
import io.pharos.kit.KafkaConnection;
import io.pharos.kit.Loop;
import io.pharos.kit.OwnerClients;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.http.InternalHttp;
import io.pharos.kit.http.Owner;
import io.pharos.stream.WindowRequest;
import io.pharos.stream.WindowResponse;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.sns.SnsClient;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/// Starts and stops what runs without being asked: the follower of roll-ups, the evaluator and the
/// relays, each on a thread of its own.
@Singleton
final class AlarmLifecycle {
    private static final Logger LOG = Logger.getLogger(AlarmLifecycle.class);

    /// How late a window that has moved may be seen.
    private static final Duration TURN = Duration.ofMillis(100);

    private static final Duration TICK = Duration.ofSeconds(1);

    /// The outboxes ring when something is put into them; this is for what is due later.
    private static final Duration RELAY_PAUSE = Duration.ofSeconds(1);

    private static final Duration GROUPS_PAUSE = Duration.ofMillis(500);

    /// Transactions and questions at a time; the rest of the pool is for clients.
    private static final int MAX_CONCURRENT = 8;

    /// Services of action ARNs that the webhook gets.
    private static final List<String> HANDED_OVER =
            List.of("automate", "swf", "ssm", "ssm-incidents", "aiops");

    private final AgroalDataSource source;
    private final Database database;
    private final AlarmLedger ledger;
    private final CompositeLedger composites;
    private final MuteLedger mutes;
    private final AlarmSettings settings;
    private final KafkaConnection kafka;
    private final StreamProducer producer;
    private final OwnerClients owners;
    private final InternalHttp http;
    private final MetricAnswers metrics;
    private final InstantSource clock;
    private final ScalingKeeper scaling;
    private final PolicyLedger policies;
    private final List<AutoCloseable> running = new ArrayList<>();
    private final Evaluators evaluators;

    AlarmLifecycle(
            @DataSource("alarms") AgroalDataSource source,
            AlarmLedger ledger,
            CompositeLedger composites,
            MuteLedger mutes,
            AlarmSettings settings,
            KafkaConnection kafka,
            StreamProducer producer,
            OwnerClients owners,
            InternalHttp http,
            MetricAnswers metrics,
            InstantSource clock,
            ScalingKeeper scaling,
            PolicyLedger policies) {
        this.source = source;
        this.database = new Database(source);
        this.ledger = ledger;
        this.composites = composites;
        this.mutes = mutes;
        this.settings = settings;
        this.kafka = kafka;
        this.producer = producer;
        this.owners = owners;
        this.http = http;
        this.metrics = metrics;
        this.clock = clock;
        this.scaling = scaling;
        this.policies = policies;
        this.evaluators = new Evaluators(database);
    }

    void start(@Observes StartupEvent started) {
        var book = new AlarmBook(settings.evaluationInterval(), settings.settle());
        var follower = new MetricFollower(kafka, book, clock);
        follower.start();
        running.add(follower);
        var actions = actions();
        running.add(actions);
        var evaluator =
                new AlarmEvaluator(
                        book,
                        new QueryEvaluator(
                                new QueryBook(),
                                ledger,
                                metrics,
                                new BoundedExecutor("alarms-queries-", MAX_CONCURRENT)),
                        ledger,
                        new AlarmFeed(database),
                        evaluators,
                        this::windows,
                        settings.historyRetention(),
                        new BoundedExecutor("alarms-work-", MAX_CONCURRENT),
                        actions::wake);
        running.add(
                new Loop("alarms-evaluator", TURN, () -> evaluator.turn(clock.instant())).start());
        running.add(
                new Loop("alarms-suppression", TICK, () -> composites.releaseDue(clock.instant()))
                        .start());
        running.add(
                new Loop("alarms-mute-rules", TICK, () -> mutes.releaseDue(clock.instant()))
                        .start());
        var events = new EventRelay(new EventOutbox(database), producer);
        var relay = new Loop("alarms-events", RELAY_PAUSE, events::relayAll).start();
        running.add(relay);
        running.add(
                new Doorbell(
                                source,
                                "pharos_alarms",
                                Map.of("action_outbox", actions::wake, "event_outbox", relay::wake))
                        .start());
        running.add(
                new Loop("alarms-groups", GROUPS_PAUSE, () -> scaling.tick(clock.instant()))
                        .start());
    }

    private Loop actions() {
        Executor attempts = new BoundedExecutor("alarms-action-", ActionRelay.MAX_IN_FLIGHT);
        var relay =
                new ActionRelay(
                        new ActionOutbox(database),
                        targets(),
                        settings.actionDeadline(),
                        clock,
                        attempts);
        var loop = new Loop("alarms-actions", RELAY_PAUSE, () -> relay.relayAll(clock.instant()));
        relay.onFree(loop::wake);
        return loop.start();
    }

    private Map<String, ActionTarget> targets() {
        var values =
                new BreachingValues(tenant ->
                        owners.client(CloudWatchClient.class, tenant, AlarmBeans.SERVICE));
        var targets = new HashMap<String, ActionTarget>();
        targets.put(
                "sns",
                new TopicTarget(
                        tenant -> owners.client(SnsClient.class, tenant, AlarmBeans.SERVICE)));
        targets.put("autoscaling", new PolicyTarget(ledger, mutes, policies, values));
        settings.lambda()
                .ifPresent(lambda -> {
                    var functions = new FunctionTarget(lambda.endpoint(), credentials(lambda));
                    running.add(functions);
                    targets.put("lambda", functions);
                });
        settings.webhook()
                .ifPresent(webhook -> {
                    var target = new WebhookTarget(webhook);
                    HANDED_OVER.forEach(service -> targets.put(service, target));
                });
        return targets;
    }

    private static AwsCredentialsProvider credentials(AlarmSettings.Lambda lambda) {
        return lambda.accessKeyId().isEmpty() || lambda.secretAccessKey().isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(
                                lambda.accessKeyId().get(), lambda.secretAccessKey().get()));
    }

    private WindowResponse windows(WindowRequest request) {
        try {
            return WindowResponse.parseFrom(
                    http.ask(Owner.METRICS, "metrics/windows", request.toByteArray()));
        } catch (InvalidProtocolBufferException unreadable) {
            throw new IllegalStateException("metrics-service's answer can not be read", unreadable);
        }
    }

    void stop(@Observes ShutdownEvent stopping) {
        for (var one : running.reversed()) {
            try {
                one.close();
            } catch (Exception failure) {
                LOG.warnf("does not stop cleanly: cause=%s", failure.toString());
            }
        }
        running.clear();
        try {
            evaluators.leave();
        } catch (RuntimeException away) {
            LOG.debugf("alarms are given up late: cause=%s", away.toString());
        }
    }
}
