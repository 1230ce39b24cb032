package io.pharos.logs.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.policy.PolicyHistory;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.PolicyVersion;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

class IndexPolicyTest {
    private static PolicyVersion version(
            long id, @Nullable Long group, long from, @Nullable Long until, String fields) {
        return new PolicyVersion(
                id,
                PolicyKind.FIELD_INDEX,
                group,
                "",
                null,
                null,
                "{\"Fields\":" + fields + "}",
                from,
                from,
                from,
                until);
    }

    @Test
    void aFieldIsIndexedSinceTheFirstPolicyThatHadItWithoutAGap() {
        var history =
                new PolicyHistory(
                        List.of(
                                version(1, 7L, 100, 200L, "[\"a\"]"),
                                version(2, 7L, 250, 300L, "[\"a\"]"),
                                version(3, 7L, 300, null, "[\"a\",\"b\"]")));
        expect(history, 400, 250, "a");
        expect(history, 400, 300, "b");
        expect(history, 400, 300, "a", "b");
        expect(history, 400, 250, "a", "@logStream");
        expect(history, 150, 100, "a");
        assertThat(IndexPolicy.since(history, Set.of("c"), 400)).isEmpty();
        assertThat(IndexPolicy.since(history, Set.of("a"), 220)).isEmpty();
    }

    @Test
    void theAccountsPolicyCountsWhereTheGroupHasNone() {
        var history =
                new PolicyHistory(
                        List.of(
                                version(1, null, 100, null, "[\"a\"]"),
                                version(2, 7L, 200, 300L, "[\"b\"]")));
        expect(history, 400, 300, "a");
        expect(history, 150, 100, "a");
        expect(history, 250, 200, "b");
    }

    private static void expect(PolicyHistory history, long now, long since, String... fields) {
        assertThat(IndexPolicy.since(history, Set.of(fields), now))
                .isEqualTo(OptionalLong.of(since));
    }
}
