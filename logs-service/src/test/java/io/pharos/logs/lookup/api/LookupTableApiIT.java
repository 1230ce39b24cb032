package io.pharos.logs.lookup.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.lookup.LookupTable;
import io.pharos.logs.lookup.pg.PgLookupTables;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLookupTableRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Lookup tables on a real PostgreSQL.
class LookupTableApiIT {
    private static final String BODY = "id,name\n1,\u00e9\n2,b\n";

    private final SteppingClock clock = SteppingClock.at("2026-05-01T12:00:00Z");
    private final PgLookupTables tables =
            new PgLookupTables(new Database(TestDatabase.fresh("logs")));
    private final LookupTableApi api = new LookupTableApi(tables);
    private final LookupTableTags tags = new LookupTableTags(tables);

    private <T> T call(Supplier<T> work) {
        return Calls.at(clock, work);
    }

    private String create(String name, Consumer<CreateLookupTableRequest.Builder> more) {
        return call(() ->
                        api.createLookupTable(
                                it -> it.lookupTableName(name).tableBody(BODY).applyMutation(more)))
                .lookupTableArn();
    }

    @Test
    void livesFromCreationToDeletion() {
        var arn = create("users", it -> it.description("who").tags(Map.of("team", "red")));
        assertThat(arn).isEqualTo("arn:aws:logs:eu-west-1:123456789012:lookup-table:users");
        assertThat(tags.tags(Calls.TENANT, arn)).containsExactly(Map.entry("team", "red"));
        assertThatThrownBy(() -> create("users", it -> {}))
                .isInstanceOf(ResourceAlreadyExistsException.class);
        var got = call(() -> api.getLookupTable(it -> it.lookupTableArn(arn)));
        assertThat(got.tableBody()).isEqualTo(BODY);
        assertThat(got.sizeBytes()).isEqualTo(17);
        assertThat(got.lastUpdatedTime()).isEqualTo(clock.millis());
        clock.advance(Duration.ofMinutes(1));
        call(() -> api.updateLookupTable(it -> it.lookupTableArn(arn).tableBody("key\nx\n")));
        var known = call(() -> api.describeLookupTables(it -> {})).lookupTables().getFirst();
        assertThat(known.tableFields()).containsExactly("key");
        assertThat(known.recordsCount()).isEqualTo(1);
        assertThat(known.description()).isEqualTo("who");
        assertThat(known.lastUpdatedTime()).isEqualTo(clock.millis());
        call(() -> api.deleteLookupTable(it -> it.lookupTableArn(arn)));
        for (Supplier<?> gone :
                List.<Supplier<?>>of(
                        () -> api.getLookupTable(it -> it.lookupTableArn(arn)),
                        () -> api.deleteLookupTable(it -> it.lookupTableArn(arn)),
                        () -> api.updateLookupTable(it -> it.lookupTableArn(arn).tableBody(BODY)),
                        () -> tags.tags(Calls.TENANT, arn))) {
            assertThatThrownBy(() -> call(gone)).isInstanceOf(ResourceNotFoundException.class);
        }
    }

    @Test
    void pagesByNameAndByPrefix() {
        for (var name : List.of("b", "a_2", "a_1", "a_3")) {
            create(name, it -> {});
        }
        var first = call(() -> api.describeLookupTables(it -> it.maxResults(3)));
        assertThat(first.lookupTables())
                .extracting(it -> it.lookupTableName())
                .containsExactly("a_1", "a_2", "a_3");
        var second = call(() -> api.describeLookupTables(it -> it.nextToken(first.nextToken())));
        assertThat(second.lookupTables()).hasSize(1);
        assertThat(second.nextToken()).isNull();
        assertThat(
                        call(() -> api.describeLookupTables(it -> it.lookupTableNamePrefix("a_")))
                                .lookupTables())
                .hasSize(3);
        var elsewhere = new Tenant("123456789012", "us-east-1");
        assertThat(
                        Calls.as(
                                        elsewhere,
                                        clock.instant(),
                                        () -> api.describeLookupTables(it -> {}))
                                .lookupTables())
                .isEmpty();
    }

    @Test
    void aHundredAreEnough() {
        for (var i = 0; i < LookupTable.MAX; i++) {
            create("t" + i, it -> {});
        }
        assertThatThrownBy(() -> create("more", it -> {}))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> create("t7", it -> {}))
                .isInstanceOf(ResourceAlreadyExistsException.class);
    }

    @Test
    void badRequestsChangeNothing() {
        var arn = create("users", it -> {});
        for (Supplier<?> bad :
                List.<Supplier<?>>of(
                        () -> api.createLookupTable(it -> it.tableBody(BODY)),
                        () -> api.createLookupTable(it -> it.lookupTableName("x")),
                        () -> create("a-b", it -> {}),
                        () -> create("x".repeat(257), it -> {}),
                        () -> create("x", it -> it.description("d".repeat(1025))),
                        () -> create("x", it -> it.tableBody("a,b\n1")),
                        () -> create("x", it -> it.tableBody("a\n\0")),
                        () -> create("x", it -> it.tableBody("a\n" + "\u00e9".repeat(6 << 20))),
                        () -> api.updateLookupTable(it -> it.lookupTableArn(arn).tableBody("")),
                        () -> api.getLookupTable(it -> it.lookupTableArn("arn:aws:s3:::x")),
                        () -> api.describeLookupTables(it -> it.maxResults(101)),
                        () -> api.describeLookupTables(it -> it.nextToken("nobody's")))) {
            assertThatThrownBy(() -> call(bad)).isInstanceOf(InvalidParameterException.class);
        }
        assertThatThrownBy(() -> create("x", it -> it.kmsKeyId("arn:aws:kms:::key/1")))
                .isInstanceOf(AwsError.class);
        assertThat(call(() -> api.describeLookupTables(it -> {})).lookupTables()).hasSize(1);
        assertThat(call(() -> api.getLookupTable(it -> it.lookupTableArn(arn))).tableBody())
                .isEqualTo(BODY);
    }

    @Test
    void tagsAreFiftyAtMost() {
        var arn = create("users", it -> {});
        for (var i = 0; i < 50; i++) {
            assertThat(tags.tag(Calls.TENANT, arn, Map.of("k" + i, "v"))).isTrue();
        }
        assertThat(tags.tag(Calls.TENANT, arn, Map.of("one more", "v"))).isFalse();
        assertThat(tags.tag(Calls.TENANT, arn, Map.of("k0", "w"))).isTrue();
        tags.untag(Calls.TENANT, arn, List.of("k1", "nothing"));
        assertThat(tags.tags(Calls.TENANT, arn)).hasSize(49).containsEntry("k0", "w");
    }
}
