package io.pharos.metrics.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.Database;
import io.pharos.metrics.Calls;
import io.pharos.metrics.dashboard.api.DashboardApi;
import io.pharos.metrics.dashboard.pg.PgDashboards;
import io.pharos.metrics.resource.http.TagsRoute;
import io.pharos.stream.ResourceTag;
import io.pharos.stream.TagsAnswer;
import io.pharos.stream.TagsRequest;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.DashboardEntry;
import software.amazon.awssdk.services.cloudwatch.model.DashboardInvalidInputErrorException;
import software.amazon.awssdk.services.cloudwatch.model.DashboardNotFoundErrorException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.ListDashboardsResponse;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// The operations on dashboards, on a real PostgreSQL.
class DashboardsIT {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");
    private static final String ARN = "arn:aws:cloudwatch::123456789012:dashboard/";
    private static final String EMPTY = "{\"widgets\":[]}";

    private final Database database = new Database(TestDatabase.fresh("metrics"));
    private final DashboardApi api = new DashboardApi(new PgDashboards(database));
    private final TagsRoute tags = new TagsRoute(database);

    @Test
    void keepsDashboardsOfAnAccountForAllItsRegions() {
        var warned =
                call(() ->
                        api.putDashboard(r ->
                                r.dashboardName("web")
                                        .dashboardBody("{ \"widgets\": [], \"new\": 1 }")));
        assertThat(warned.dashboardValidationMessages()).hasSize(1);
        var elsewhere = new Tenant("123456789012", "us-east-1");
        var found = Calls.as(elsewhere, NOW, () -> api.getDashboard(r -> r.dashboardName("web")));
        assertThat(found.dashboardArn()).isEqualTo(ARN + "web");
        assertThat(found.dashboardBody()).isEqualTo("{\"widgets\":[],\"new\":1}");
        assertThatThrownBy(() ->
                        Calls.as(
                                new Tenant("210987654321", "eu-west-1"),
                                NOW,
                                () -> api.getDashboard(r -> r.dashboardName("web"))))
                .isInstanceOf(DashboardNotFoundErrorException.class)
                .hasMessageContaining("Dashboard web does not exist");
        var entry = list("").dashboardEntries().getFirst();
        assertThat(entry.lastModified()).isEqualTo(NOW);
        assertThat(entry.size()).isEqualTo(22);
    }

    @Test
    void aRefusedBodyChangesNothing() {
        put("web");
        assertThatThrownBy(() ->
                        call(() ->
                                api.putDashboard(
                                        r -> r.dashboardName("web").dashboardBody("{\"a\":1}"))))
                .isInstanceOf(DashboardInvalidInputErrorException.class)
                .hasMessageContaining("there are 1 validation errors");
        assertThat(call(() -> api.getDashboard(r -> r.dashboardName("web"))).dashboardBody())
                .isEqualTo(EMPTY);
        expectRefusal(
                () -> api.putDashboard(r -> r.dashboardName("a b").dashboardBody(EMPTY)),
                "The value for field DashboardName contains invalid characters. It can only contain"
                        + " alphanumerics, dash (-) and underscore (_).\n");
        expectRefusal(
                () -> api.putDashboard(r -> r.dashboardName("a")),
                "The parameter DashboardBody is required.\n");
    }

    @Test
    void listsByPrefixInPages() {
        IntStream.range(0, 1_001).forEach(i -> put("web-%04d".formatted(i)));
        put("Web");
        var first = list("web-");
        assertThat(first.dashboardEntries()).hasSize(1_000);
        var second =
                call(() ->
                        api.listDashboards(
                                r -> r.dashboardNamePrefix("web-").nextToken(first.nextToken())));
        assertThat(second.dashboardEntries())
                .extracting(DashboardEntry::dashboardName)
                .containsExactly("web-1000");
        assertThat(second.nextToken()).isNull();
        assertThat(list("").dashboardEntries().getFirst().dashboardName()).isEqualTo("Web");
        expectRefusal(() -> api.listDashboards(r -> r.nextToken("?")), "Invalid NextToken");
    }

    @Test
    void deletesAllOrNone() {
        put("a");
        put("b");
        expectRefusal(
                () -> api.deleteDashboards(r -> r.dashboardNames("a", "b c")),
                "The value for field DashboardName contains invalid characters. It can only contain"
                        + " alphanumerics, dash (-) and underscore (_).\n");
        assertThat(list("").dashboardEntries()).hasSize(2);
        expectRefusal(
                () -> api.deleteDashboards(r -> r.dashboardNames(List.of())),
                "Field DashboardNames is required and has to contain at least 1 element.\n");
        call(() -> api.deleteDashboards(r -> r.dashboardNames("a", "a", "missing")));
        assertThat(list("").dashboardEntries()).hasSize(1);
    }

    @Test
    void tagsGoWithTheirDashboard() throws InvalidProtocolBufferException {
        assertThat(ask(ask("web")).getFound()).isFalse();
        put("web");
        var tagged = ask(ask("web").addPut(tag("team", "a")).addPut(tag("stage", "x")));
        assertThat(tagged.getTagsList()).containsExactly(tag("stage", "x"), tag("team", "a"));
        assertThat(ask(ask("web").addRemove("stage").addRemove("none")).getTagsList())
                .containsExactly(tag("team", "a"));
        var many = ask("web");
        IntStream.range(0, 50).forEach(i -> many.addPut(tag("k" + i, "v")));
        assertThat(ask(many).getTooMany()).isTrue();
        assertThat(ask(ask("web")).getTagsCount()).isEqualTo(1);
        call(() -> api.deleteDashboards(r -> r.dashboardNames("web")));
        put("web");
        assertThat(ask(ask("web")).getTagsCount()).isZero();
    }

    private static TagsRequest.Builder ask(String name) {
        return TagsRequest.newBuilder()
                .setAccount("123456789012")
                .setRegion("eu-west-1")
                .setArn(ARN + name);
    }

    private TagsAnswer ask(TagsRequest.Builder request) throws InvalidProtocolBufferException {
        return TagsAnswer.parseFrom(tags.answer(request.build().toByteArray()));
    }

    private static ResourceTag tag(String key, String value) {
        return ResourceTag.newBuilder().setKey(key).setValue(value).build();
    }

    private void put(String name) {
        call(() -> api.putDashboard(r -> r.dashboardName(name).dashboardBody(EMPTY)));
    }

    private ListDashboardsResponse list(String prefix) {
        return call(() -> api.listDashboards(r -> r.dashboardNamePrefix(prefix)));
    }

    private static <T> T call(Supplier<T> call) {
        return Calls.at(NOW, call);
    }

    private static void expectRefusal(Supplier<?> refused, String message) {
        assertThatThrownBy(() -> call(refused))
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessage(message);
    }
}
