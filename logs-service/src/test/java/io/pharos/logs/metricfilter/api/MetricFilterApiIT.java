package io.pharos.logs.metricfilter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.metricfilter.MetricFilterRules;
import io.pharos.logs.metricfilter.pg.PgMetricFilters;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeMetricFiltersRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeMetricFiltersResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidOperationException;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricFilter;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutMetricFilterRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

class MetricFilterApiIT {
    private static final String PREFIX = "1 validation error detected: Value ";

    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final SteppingClock clock = SteppingClock.at("2026-01-15T12:00:00Z");
    private final MetricFilterApi api =
            new MetricFilterApi(new PgMetricFilters(database, groups), groups);

    @BeforeEach
    void groups() {
        groups.create(Calls.TENANT, "app", Map.of(), false, clock.millis());
        groups.create(Calls.TENANT, "web", Map.of(), false, clock.millis());
    }

    @Test
    void putsDescribesReplacesAndDeletes() {
        put(r -> {});
        assertThat(describe(r -> r.logGroupName("app")).metricFilters())
                .containsExactly(
                        MetricFilter.builder()
                                .filterName("errors")
                                .filterPattern("ERROR")
                                .metricTransformations(transformation(t -> {}))
                                .creationTime(clock.millis())
                                .logGroupName("app")
                                .applyOnTransformedLogs(false)
                                .build());
        clock.advance(Duration.ofMinutes(1));
        var json =
                transformation(
                        t -> t.metricValue("$.size").unit("Bytes").dimensions(Map.of("B", "$.b")));
        put(r ->
                r.filterPattern("{ $.a = 1 }")
                        .metricTransformations(json)
                        .emitSystemFieldDimensions("@aws.region"));
        var replaced = describe(r -> r.logGroupName("app")).metricFilters();
        assertThat(replaced).hasSize(1);
        assertThat(replaced.getFirst().metricTransformations()).containsExactly(json);
        assertThat(replaced.getFirst().emitSystemFieldDimensions()).containsExactly("@aws.region");
        assertThat(replaced.getFirst().creationTime()).isEqualTo(clock.millis() - 60_000);
        assertThat(count("app")).isOne();
        var criteria = "@aws.region = \"eu-west-1\"";
        put(r -> r.fieldSelectionCriteria(criteria));
        assertThat(describe(r -> {}).metricFilters().getFirst().fieldSelectionCriteria())
                .isEqualTo(criteria);

        delete("app", "errors");
        assertThat(describe(r -> {}).metricFilters()).isEmpty();
        assertThatThrownBy(() -> delete("app", "errors"))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("The specified metric filter does not exist.");
        assertThatThrownBy(() -> delete("none", "errors"))
                .hasMessage("The specified log group does not exist.");
    }

    @Test
    void filtersGoWithTheirGroup() {
        put(r -> {});
        groups.delete(Calls.TENANT, "app", clock.millis());
        groups.create(Calls.TENANT, "app", Map.of(), false, clock.millis());
        assertThat(describe(r -> {}).metricFilters()).isEmpty();
    }

    @Test
    void describesInPages() {
        for (var name : List.of("b", "a", "B", "a-2")) {
            put(r -> r.filterName(name));
        }
        put(r -> r.filterName("a").logGroupName("web"));
        assertThat(names(r -> {})).containsExactly("B app", "a app", "a web", "a-2 app", "b app");
        assertThat(names(r -> r.filterNamePrefix("a")))
                .containsExactly("a app", "a web", "a-2 app");
        assertThat(names(r -> r.filterNamePrefix("a_"))).isEmpty();
        assertThat(names(r -> r.metricName("M").metricNamespace("N"))).hasSize(5);
        assertThat(names(r -> r.metricName("M").metricNamespace("other"))).isEmpty();

        var first = describe(r -> r.limit(2));
        assertThat(first.metricFilters()).hasSize(2);
        var second = describe(r -> r.limit(3).nextToken(first.nextToken()));
        assertThat(second.metricFilters())
                .extracting(MetricFilter::filterName)
                .containsExactly("a", "a-2", "b");
        assertThat(second.nextToken()).isNull();
        assertThatThrownBy(() -> describe(r -> r.nextToken("nonsense")))
                .hasMessage("The specified nextToken is invalid.");
        assertThatThrownBy(() -> describe(r -> r.logGroupName("none")))
                .hasMessage("The specified log group does not exist.");
        assertThatThrownBy(() -> describe(r -> r.metricName("M")))
                .isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() -> describe(r -> r.limit(51)))
                .hasMessage(
                        PREFIX
                                + "'51' at 'limit' failed to satisfy constraint: Member must have"
                                + " value less than or equal to 50");
        var other = new Tenant("123456789012", "us-east-1");
        var elsewhere =
                Calls.as(
                        other,
                        clock.instant(),
                        () ->
                                api.describeMetricFilters(
                                        DescribeMetricFiltersRequest.builder().build()));
        assertThat(elsewhere.metricFilters()).isEmpty();
    }

    @Test
    void refusesAsAwsDoes() {
        refused(r -> r.logGroupName("none"), "The specified log group does not exist.");
        refused(r -> r.filterPattern("a.b"), "Invalid character(s) in term 'a.b'");
        refused(
                r -> r.filterName("a:b"),
                PREFIX
                        + "'a:b' at 'filterName' failed to satisfy constraint: Member must satisfy"
                        + " regular expression pattern: [^:*]*");
        refused(
                r ->
                        r.metricTransformations(
                                transformation(t -> t.metricName("m1")),
                                transformation(t -> t.metricName("m2"))),
                PREFIX
                        + "'[MetricTransformation(metricName=m1, metricNamespace=N, metricValue=1,"
                        + " defaultValue=null, unit=null, dimensions=null),"
                        + " MetricTransformation(metricName=m2, metricNamespace=N, metricValue=1,"
                        + " defaultValue=null, unit=null, dimensions=null)]' at"
                        + " 'metricTransformations' failed to satisfy constraint: Member must have"
                        + " length less than or equal to 1");
        refused(
                r -> r.metricTransformations(transformation(t -> t.metricName("a$b"))),
                PREFIX
                        + "'a$b' at 'metricTransformations.1.member.metricName' failed to satisfy"
                        + " constraint: Member must satisfy regular expression pattern: [^:*$]*");
        var dimension = Map.of("A", "$.a");
        refused(
                r -> r.metricTransformations(transformation(t -> t.dimensions(dimension))),
                "The specified filter pattern does not support dimensions");
        refused(
                r ->
                        r.filterPattern("{ $.a = 1 }")
                                .metricTransformations(
                                        transformation(
                                                t -> t.dimensions(dimension).defaultValue(0.0))),
                "Invalid metric transformation: dimensions and default value are mutually exclusive"
                        + " properties.");
        for (var value : List.of("one", "$size", "$.size", "$", "NaN", "1e200", "")) {
            assertThatThrownBy(() ->
                            put(r ->
                                    r.metricTransformations(
                                            transformation(t -> t.metricValue(value)))))
                    .as(value)
                    .isInstanceOf(InvalidParameterException.class)
                    .hasMessageStartingWith("Invalid metric transformation: metricValue");
        }
        assertThatThrownBy(() ->
                        put(r ->
                                r.filterPattern("{ $.a = 1 }")
                                        .emitSystemFieldDimensions("@aws.region")
                                        .metricTransformations(
                                                transformation(t ->
                                                        t.dimensions(
                                                                Map.of(
                                                                        "A", "$.a", "B", "$.b", "C",
                                                                        "$.c"))))))
                .hasMessageContaining("at most 3");
        assertThatThrownBy(() -> put(r -> r.fieldSelectionCriteria("@aws.region is x")))
                .isInstanceOf(InvalidParameterException.class);
        refusedStartingWith(r -> r.filterName("a\0b"), PREFIX);
        refusedStartingWith(r -> r.filterPattern("\"\ud83d\""), PREFIX);
        refusedStartingWith(r -> r.filterPattern(null), PREFIX);
        assertThat(describe(r -> {}).metricFilters()).isEmpty();
    }

    @Test
    void groupsOfInfrequentAccessHaveNone() {
        groups.create(
                Calls.TENANT,
                "rare",
                Map.of(),
                false,
                LogGroupClass.INFREQUENT_ACCESS,
                clock.millis());
        assertThatThrownBy(() -> put(r -> r.logGroupName("rare")))
                .isInstanceOf(InvalidOperationException.class);
    }

    @Test
    void boundsTheFiltersOfAGroup() {
        for (var i = 0; i < MetricFilterRules.MAX_FILTERS; i++) {
            var name = "f" + i;
            put(r -> r.filterName(name));
        }
        assertThatThrownBy(() -> put(r -> r.filterName("one more")))
                .isInstanceOf(LimitExceededException.class)
                .hasMessage("Resource limit exceeded.");
        put(r -> r.filterName("f7").filterPattern("still replaced"));
        put(r -> r.logGroupName("web"));

        for (var i = 0; i < 5; i++) {
            var name = "f" + i;
            put(r -> r.filterName(name).filterPattern("%x%"));
        }
        assertThatThrownBy(() -> put(r -> r.filterName("f5").filterPattern("%x%")))
                .isInstanceOf(LimitExceededException.class);
        put(r -> r.filterName("f4").filterPattern("%y%"));
    }

    @Test
    void testsPatternsOnMessages() {
        var response =
                Calls.at(
                        clock,
                        () ->
                                api.testMetricFilter(r ->
                                        r.filterPattern("[ip, code=4*]")
                                                .logEventMessages("a 200", "b 404")));
        assertThat(response.matches()).hasSize(1);
        assertThat(response.matches().getFirst().eventNumber()).isEqualTo(1);
        assertThat(response.matches().getFirst().eventMessage()).isEqualTo("b 404");
        assertThat(response.matches().getFirst().extractedValues())
                .isEqualTo(Map.of("$ip", "b", "$code", "404"));
        assertThatThrownBy(() ->
                        Calls.at(clock, () -> api.testMetricFilter(r -> r.filterPattern("a"))))
                .hasMessage(
                        "1 validation error detected: Value null at 'logEventMessages' failed to"
                                + " satisfy constraint: Member must not be null");
        assertThatThrownBy(() ->
                        Calls.at(
                                clock,
                                () ->
                                        api.testMetricFilter(r ->
                                                r.filterPattern("{ $.a = 1")
                                                        .logEventMessages("x"))))
                .hasMessage("If a filter pattern starts with '{' it must end with '}'");
    }

    private void refused(Consumer<PutMetricFilterRequest.Builder> change, String message) {
        assertThatThrownBy(() -> put(change)).hasMessage(message);
    }

    private void refusedStartingWith(
            Consumer<PutMetricFilterRequest.Builder> change, String message) {
        assertThatThrownBy(() -> put(change))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageStartingWith(message);
    }

    private void put(Consumer<PutMetricFilterRequest.Builder> change) {
        var request =
                PutMetricFilterRequest.builder()
                        .logGroupName("app")
                        .filterName("errors")
                        .filterPattern("ERROR")
                        .metricTransformations(transformation(t -> {}));
        change.accept(request);
        Calls.at(clock, () -> api.putMetricFilter(request.build()));
    }

    private static MetricTransformation transformation(
            Consumer<MetricTransformation.Builder> change) {
        var transformation =
                MetricTransformation.builder()
                        .metricName("M")
                        .metricNamespace("N")
                        .metricValue("1");
        change.accept(transformation);
        return transformation.build();
    }

    private void delete(String group, String name) {
        Calls.at(clock, () -> api.deleteMetricFilter(r -> r.logGroupName(group).filterName(name)));
    }

    private DescribeMetricFiltersResponse describe(
            Consumer<DescribeMetricFiltersRequest.Builder> change) {
        return Calls.at(clock, () -> api.describeMetricFilters(change));
    }

    private List<String> names(Consumer<DescribeMetricFiltersRequest.Builder> change) {
        return describe(change).metricFilters().stream()
                .map(filter -> filter.filterName() + " " + filter.logGroupName())
                .toList();
    }

    private int count(String group) {
        return describe(r -> r.logGroupName(group)).metricFilters().size();
    }
}
