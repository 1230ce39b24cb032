package io.pharos.events.destination.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.events.destination.Connection.Authorization;
import io.pharos.events.destination.pg.PgDestinations;
import io.pharos.kit.Database;
import io.pharos.kit.SecretSeal;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.eventbridge.model.Connection;
import software.amazon.awssdk.services.eventbridge.model.ConnectionAuthorizationType;
import software.amazon.awssdk.services.eventbridge.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Supplier;

class ConnectionApiIT {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final Caller CALLER =
            new Caller(
                    TENANT,
                    "AKIA1",
                    "arn:aws:iam::123456789012:root",
                    "r-1",
                    Instant.parse("2026-01-30T10:00:00Z"),
                    "127.0.0.1",
                    "test");

    private final Database database = new Database(TestDatabase.fresh("events"));
    private final PgDestinations destinations =
            new PgDestinations(database, new SecretSeal("installation", "connections"));
    private final ConnectionApi api = new ConnectionApi(destinations);

    private static <T> T call(Supplier<T> operation) {
        return ScopedValue.where(Caller.SCOPE, CALLER).call(operation::get);
    }

    private String create(String name) {
        return call(() ->
                        api.createConnection(r ->
                                r.name(name)
                                        .description("first")
                                        .authorizationType(ConnectionAuthorizationType.BASIC)
                                        .authParameters(a ->
                                                a.basicAuthParameters(b ->
                                                                b.username("me")
                                                                        .password("very-secret"))
                                                        .invocationHttpParameters(h ->
                                                                h.headerParameters(p ->
                                                                        p.key("x-token")
                                                                                .value("hidden-one")
                                                                                .isValueSecret(
                                                                                        true))))))
                .connectionArn();
    }

    private Authorization kept(String name) {
        return destinations.connection(TENANT, name).orElseThrow().authorization();
    }

    @Test
    void secretsAreSealedAndNeverDescribed() {
        var arn = create("shop");
        assertThat(kept("shop")).isEqualTo(new Authorization.Basic("me", "very-secret"));
        var row =
                database.read(db -> {
                    try (var rows =
                            db.createStatement()
                                    .executeQuery(
                                            "SELECT to_jsonb(c)::text FROM events.connection c")) {
                        rows.next();
                        return rows.getString(1);
                    }
                });
        assertThat(row).contains("shop").doesNotContain("very-secret").doesNotContain("hidden-one");
        assertThat(row).doesNotContain(hex("very-secret")).doesNotContain(hex("hidden-one"));
        var described = call(() -> api.describeConnection(r -> r.name("shop")));
        assertThat(described.connectionArn()).isEqualTo(arn);
        assertThat(described.authParameters().basicAuthParameters().username()).isEqualTo("me");
        assertThat(described.toString()).doesNotContain("very-secret").doesNotContain("hidden-one");
    }

    private static String hex(String text) {
        return java.util.HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anUpdateChangesWhatItSays() {
        var arn = create("shop");
        var updated =
                call(() ->
                        api.updateConnection(r ->
                                r.name("shop")
                                        .authParameters(a ->
                                                a.basicAuthParameters(b -> b.password("other")))));
        assertThat(updated.connectionArn()).isEqualTo(arn);
        assertThat(kept("shop")).isEqualTo(new Authorization.Basic("me", "other"));
        var described = call(() -> api.describeConnection(r -> r.name("shop")));
        assertThat(described.description()).isEqualTo("first");
        assertThat(described.authParameters().invocationHttpParameters().headerParameters())
                .hasSize(1);

        assertThatThrownBy(() ->
                        call(() ->
                                api.updateConnection(r ->
                                        r.name("shop")
                                                .authorizationType(
                                                        ConnectionAuthorizationType.API_KEY))))
                .hasMessage("Parameter(s) ApiKeyAuthParameters must be specified.");
        call(() ->
                api.updateConnection(r ->
                        r.name("shop")
                                .description("second")
                                .authorizationType(ConnectionAuthorizationType.API_KEY)
                                .authParameters(a ->
                                        a.apiKeyAuthParameters(
                                                k -> k.apiKeyName("x-key").apiKeyValue("v")))));
        assertThat(kept("shop")).isEqualTo(new Authorization.ApiKey("x-key", "v"));
        assertThat(call(() -> api.describeConnection(r -> r.name("shop"))).description())
                .isEqualTo("second");
        assertThatThrownBy(() -> call(() -> api.updateConnection(r -> r.name("none"))))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageStartingWith(
                        "Failed to update the connection(s). Connection 'none' does not exist.");
    }

    @Test
    void connectionsAreListedInPagesAndDeleted() {
        create("b");
        create("a");
        create("c");
        assertThatThrownBy(() -> create("a")).isInstanceOf(ResourceAlreadyExistsException.class);
        var first = call(() -> api.listConnections(r -> r.limit(2)));
        assertThat(first.connections()).extracting(Connection::name).containsExactly("a", "b");
        var second = call(() -> api.listConnections(r -> r.limit(2).nextToken(first.nextToken())));
        assertThat(second.connections()).extracting(Connection::name).containsExactly("c");
        assertThat(second.nextToken()).isNull();
        call(() -> api.deleteConnection(r -> r.name("a")));
        assertThatThrownBy(() -> call(() -> api.describeConnection(r -> r.name("a"))))
                .isInstanceOf(ResourceNotFoundException.class);
    }
}
