package io.pharos.logs.entity;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import io.pharos.logs.event.EventId;
import io.pharos.stream.LogEntity;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Flushes one after the other, each knowing of the earlier ones what is stored: afterwards every record
/// has the entity that it came with.
class EntityChangesTest {
    private static final long GROUP = 3;

    private final TreeMap<String, EntitySpan> rows = new TreeMap<>();
    private final Map<Long, EntityMark> marks = new TreeMap<>();
    private final Map<EntityChanges.Named, byte[]> entities = new HashMap<>(); // of all flushes
    private int written;

    /// Records: `stream partition@offset=entity`, `-` for none; `;` between flushes.
    @ParameterizedTest
    @CsvSource({
        "1 0@0=- 1 0@1=-, 0",
        "1 0@0=a, 1",
        "1 0@0=a 1 0@1=a; 1 0@2=a; 1 0@9=a, 1",
        "1 0@0=a 1 0@1=b 1 0@2=a; 1 0@3=a, 3",
        "1 0@0=a; 1 0@1=-; 1 0@2=-; 1 0@3=a, 2",
        "1 0@0=a 1 0@1=- 1 0@2=b; 2 0@3=a 1 0@4=b, 3",
        "1 0@5=a; 1 0@6=b; 2 0@7=b; 1 0@8=-; 2 0@9=a, 4",
        "1 5@70=a; 1 2@3=a; 1 2@4=b; 1 5@71=b; 1 5@72=-; 1 5@73=-, 4",
        "1 2@3=a; 1 5@1=-; 1 5@2=a; 1 2@10=b; 1 2@11=-, 3"
    })
    void everyRecordHasTheEntityItCameWith(String flushes, int spans) {
        var sent = new ArrayList<String[]>();
        for (var flush : flushes.split(";")) {
            var changes = new EntityChanges();
            var words = flush.strip().split("[ =]");
            for (var i = 0; i < words.length; i += 3) {
                var record = new String[] {words[i], words[i + 1], words[i + 2]};
                sent.add(record);
                var stream = Long.parseLong(record[0]);
                changes.arrive(
                        GROUP, stream, marks.get(stream), batch(record[1]), 1, entity(record[2]));
            }
            store(changes);
        }
        var found = found();
        for (var record : sent) {
            var fields = found.of(Long.parseLong(record[0]), batch(record[1]));
            assertThat(fields.getOrDefault("@entity.KeyAttributes.Name", "-"))
                    .as(String.join(" ", record))
                    .isEqualTo(record[2]);
        }
        assertThat(rows).hasSize(spans);
    }

    @Test
    void whatStaysIsNotWritten() {
        var changes = new EntityChanges();
        changes.arrive(GROUP, 1, null, batch("0@0"), 1, entity("a"));
        store(changes);
        var same = new EntityChanges();
        same.arrive(GROUP, 1, marks.get(1L), batch("0@1"), 2, entity("a"));
        same.arrive(GROUP, 2, null, batch("0@2"), 2, null);
        assertThat(same.isEmpty()).isTrue();
        assertThat(same.added()).isEmpty();
        assertThat(same.ended()).isEmpty();
        assertThat(same.latest()).isEmpty();
        assertThat(written).isOne();
    }

    @Test
    void theOrderOfAttributesDoesNotMatter() {
        var one =
                LogEntity.newBuilder()
                        .putKeyAttributes("Type", "Service")
                        .putKeyAttributes("Name", "a")
                        .putAttributes("EC2.InstanceId", "i-1")
                        .build();
        var other =
                LogEntity.newBuilder()
                        .putAttributes("EC2.InstanceId", "i-1")
                        .putKeyAttributes("Name", "a")
                        .putKeyAttributes("Type", "Service")
                        .build();
        assertThat(Entity.of(one).id()).isEqualTo(Entity.of(other).id());
        assertThat(Entity.fields(Entity.of(one).document()))
                .isEqualTo(
                        Map.of(
                                "@entity.KeyAttributes.Type", "Service",
                                "@entity.KeyAttributes.Name", "a",
                                "@entity.Attributes.EC2.InstanceId", "i-1"));
        var swapped =
                LogEntity.newBuilder()
                        .putAttributes("Name", "a")
                        .putAttributes("Type", "Service")
                        .putKeyAttributes("EC2.InstanceId", "i-1")
                        .build();
        assertThat(Entity.of(swapped).id()).isNotEqualTo(Entity.of(one).id());
    }

    private void store(EntityChanges changes) {
        entities.putAll(changes.entities());
        for (var ended : changes.ended()) {
            var before = rows.get(key(ended));
            assertThat(before).as("a stored span").isNotNull();
            rows.put(key(ended), ended);
        }
        for (var added : changes.added()) {
            assertThat(rows.put(key(added), added)).isNull();
            written++;
        }
        for (var latest : changes.latest()) {
            if (latest.mark() == null) {
                marks.remove(latest.streamId());
            } else {
                marks.put(latest.streamId(), latest.mark());
            }
        }
    }

    private static String key(EntitySpan span) {
        return "%d %016x".formatted(span.streamId(), span.firstBatch());
    }

    private StreamEntities found() {
        var found = new StreamEntities();
        for (var stream : List.of(1L, 2L)) {
            var spans = new ArrayList<StreamEntities.Span>();
            for (var span : rows.values()) {
                if (span.streamId() == stream) {
                    var named = new EntityChanges.Named(GROUP, span.entity());
                    spans.add(
                            new StreamEntities.Span(
                                    span, Entity.fields(requireNonNull(entities.get(named)))));
                }
            }
            found.add(stream, spans);
        }
        return found;
    }

    private static long batch(String place) {
        var parts = place.split("@");
        return EventId.batch(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
    }

    private static @Nullable LogEntity entity(String name) {
        return name.equals("-")
                ? null
                : LogEntity.newBuilder()
                        .putKeyAttributes("Type", "Service")
                        .putKeyAttributes("Name", name)
                        .build();
    }
}
