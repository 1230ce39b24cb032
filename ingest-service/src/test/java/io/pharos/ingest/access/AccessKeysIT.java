package io.pharos.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.ingest.access.Principal.Verdict;
import io.pharos.ingest.access.pg.PgAccessKeys;
import io.pharos.ingest.access.pg.PgUsers;
import io.pharos.kit.Database;
import io.pharos.kit.DatabaseException;
import io.pharos.kit.SecretSeal;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.Test;

import java.time.Instant;

class AccessKeysIT {
    private static final String ACCOUNT = "000000000000";
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Database database = new Database(TestDatabase.fresh("ingest"));
    private final SecretSeal seal = new SecretSeal("installation", "access keys");
    private final PgUsers users = new PgUsers(database, seal);

    /// A fresh cache each time: what another process sees.
    private PgAccessKeys keys() {
        return new PgAccessKeys(database, seal);
    }

    @Test
    void theFirstKeyIsRootAndMayBeGivenAgain() {
        keys().ensureRoot(ACCOUNT, "AKIAROOT", "one", NOON);
        keys().ensureRoot(ACCOUNT, "AKIAROOT", "two", NOON);
        var key = keys().find("AKIAROOT").orElseThrow();
        assertThat(key.secretAccessKey()).isEqualTo("two");
        assertThat(key.principal().arn()).isEqualTo("arn:aws:iam::000000000000:root");
        assertThat(keys().find("AKIAOTHER")).isEmpty();
    }

    @Test
    void aUsersKeyFollowsItsPoliciesAndItsStatus() {
        users.create(new PgUsers.User(ACCOUNT, "alice", "AIDAALICE", "/", NOON));
        users.createKey(ACCOUNT, "alice", "AKIAALICE", "secret", NOON);
        assertThat(verdict("logs:PutLogEvents")).isEqualTo(Verdict.NO_ALLOW);

        users.putPolicy(
                ACCOUNT,
                "alice",
                "logs",
                "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"logs:*\",\"Resource\":\"*\"}}");
        assertThat(verdict("logs:PutLogEvents")).isEqualTo(Verdict.ALLOWED);
        assertThat(verdict("sns:Publish")).isEqualTo(Verdict.NO_ALLOW);

        assertThat(users.setActive(ACCOUNT, "alice", "AKIAALICE", false)).isTrue();
        assertThat(keys().find("AKIAALICE")).isEmpty();
    }

    private Verdict verdict(String action) {
        return keys().find("AKIAALICE").orElseThrow().principal().mayCall(action);
    }

    @Test
    void aUserWithKeysStays() {
        users.create(new PgUsers.User(ACCOUNT, "bob", "AIDABOB", "/", NOON));
        users.createKey(ACCOUNT, "bob", "AKIABOB", "secret", NOON);
        assertThatThrownBy(() -> users.delete(ACCOUNT, "bob"))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.sqlState()).isEqualTo("23503"));
        assertThatThrownBy(() -> users.create(new PgUsers.User(ACCOUNT, "bob", "AIDA2", "/", NOON)))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.isUniqueViolation()).isTrue());
        assertThat(users.deleteKey(ACCOUNT, "bob", "AKIABOB")).isTrue();
        assertThat(users.delete(ACCOUNT, "bob")).isTrue();
        assertThat(users.find(ACCOUNT, "bob")).isEmpty();
    }
}
