package io.pharos.stream.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;

import io.pharos.stream.LogBatch;
import io.pharos.stream.LogEvents;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Random;

class LogBatchCodecTest {
    @Test
    void carriesARangeOfEvents() throws Exception {
        var events =
                new PackedEvents.Builder()
                        .add(1, "one")
                        .add(2, "zwei €")
                        .add(0, "")
                        .add(4, "x")
                        .build();
        var batch = LogBatchCodec.fill(LogBatch.newBuilder(), events, 1, 3).build();

        assertThat(batch.getCount()).isEqualTo(2);
        assertThat(batch.getFirstMs()).isEqualTo(0);
        assertThat(batch.getLastMs()).isEqualTo(2);
        assertThat(batch.getRawBytes()).isEqualTo(8 + 26 + 26);

        var opened = LogBatchCodec.open(batch);
        assertThat(opened.count()).isEqualTo(2);
        assertThat(opened.timestampMs(0)).isEqualTo(2);
        assertThat(opened.message(0)).isEqualTo("zwei €");
        assertThat(opened.message(1)).isEmpty();

        // What a downstream reader does with the contract alone.
        var frame = batch.getEvents().toByteArray();
        var message =
                LogEvents.parseFrom(Zstd.decompress(frame, (int) Zstd.getFrameContentSize(frame)));
        assertThat(message.getEvents(0).getMessage()).isEqualTo("zwei €");
        assertThat(message.getEvents(0).getTimestampMs()).isEqualTo(2);
    }

    @Test
    void randomEventsComeBack() {
        var random = new Random(11);
        var messages = new ArrayList<String>();
        var events = new PackedEvents.Builder();
        for (var i = 0; i < 3_000; i++) {
            var message = "é".repeat(random.nextInt(300)) + i;
            messages.add(message);
            events.add(random.nextLong(LogBatchCodec.MAX_SPAN_MS), message);
        }
        var built = events.build();
        var opened = LogBatchCodec.open(LogBatchCodec.fill(LogBatch.newBuilder(), built, 0, 1_000));
        assertThat(opened.count()).isEqualTo(1_000);
        for (var i = 0; i < opened.count(); i++) {
            assertThat(opened.message(i)).isEqualTo(messages.get(i));
            assertThat(opened.timestampMs(i)).isEqualTo(built.timestampMs(i));
        }
    }

    @Test
    void refusesMoreThanABatch() {
        var tooMany = new PackedEvents.Builder();
        for (var i = 0; i <= LogBatchCodec.MAX_EVENTS; i++) {
            tooMany.add(i, "x");
        }
        assertRefused(tooMany);
        assertRefused(new PackedEvents.Builder().add(1, "x".repeat(LogBatchCodec.MAX_BATCH_BYTES)));
        assertRefused(new PackedEvents.Builder());
        assertRefused(new PackedEvents.Builder().add(-1, "x"));
        assertRefused(
                new PackedEvents.Builder().add(LogBatchCodec.MAX_SPAN_MS + 1, "x").add(0, "x"));
    }

    private static void assertRefused(PackedEvents.Builder events) {
        assertThatThrownBy(() -> LogBatchCodec.fill(LogBatch.newBuilder(), events.build()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatItDidNotWrite() {
        var bomb = Zstd.compress(new byte[64 << 20]);
        var notEvents = Zstd.compress("not a message at all".getBytes(StandardCharsets.UTF_8));
        for (var frame : new byte[][] {{}, {1, 2, 3}, bomb, notEvents}) {
            assertThatThrownBy(() -> LogBatchCodec.open(frame))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void damagedFramesAreNamedSo() {
        var frame =
                LogBatchCodec.fill(LogBatch.newBuilder(), repeatedLines())
                        .getEvents()
                        .toByteArray();
        var random = new Random(3);
        for (var i = 0; i < 2_000; i++) {
            var damaged = frame.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                LogBatchCodec.open(damaged);
            } catch (IllegalArgumentException named) {
                // As promised; anything else fails the test.
            }
        }
    }

    private static PackedEvents repeatedLines() {
        var events = new PackedEvents.Builder();
        for (var i = 0; i < 200; i++) {
            events.add(1_700_000_000_000L + i, "GET /index.html " + i * 7919);
        }
        return events.build();
    }

    @Test
    void keysByStream() {
        var batch =
                LogBatch.newBuilder()
                        .setAccount("123456789012")
                        .setRegion("eu-west-1")
                        .setLogGroup("/app")
                        .setLogStream("web");
        assertThat(LogBatchCodec.key(batch))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("123456789012/eu-west-1//app/web");
    }
}
