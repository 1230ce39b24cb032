package io.pharos.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import java.util.concurrent.atomic.AtomicInteger;

class PromptTest {
    @Test
    void whatWouldWaitGivesUpThereAndIsFreeElsewhere() {
        var after = new AtomicInteger();
        assertThat(Prompt.tried(after::get)).contains(0);
        assertThat(
                        Prompt.tried(() -> {
                            Prompt.mayWait();
                            return after.incrementAndGet();
                        }))
                .isEmpty();
        assertThat(after).hasValue(0);
        Prompt.mayWait();
    }

    @Test
    void failuresAreNotTakenForWaiting() {
        assertThatThrownBy(() ->
                        Prompt.tried(() -> {
                            throw new IllegalStateException("broken");
                        }))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aDatabaseIsNotAskedPromptly() {
        var database = new Database(new PGSimpleDataSource());
        assertThat(Prompt.tried(() -> database.read(_ -> 1))).isEmpty();
        assertThat(Prompt.tried(() -> database.inTransaction(_ -> 1))).isEmpty();
    }
}
