package io.pharos.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.stream.Topic;
import io.pharos.testkit.KafkaServer;
import io.pharos.wire.AwsError;

import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

class StreamProducerIT {
    private static StreamProducer producer;

    @BeforeAll
    static void start() {
        Topics.create(KafkaServer.shared().bootstrapServers(), 4);
        producer = new StreamProducer(KafkaServer.shared().bootstrapServers());
    }

    @AfterAll
    static void stop() {
        producer.close();
    }

    @Test
    void tellsWhereARecordStands() {
        var topic = Topic.METRIC_DATA.topicName();
        assertThat(producer.partitions(topic)).isEqualTo(4);
        var appended =
                StreamProducer.await(
                        List.of(
                                producer.send(topic, 3, null, new byte[] {1}),
                                producer.send(topic, 3, null, new byte[] {2})));
        assertThat(appended.get(0).partition()).isEqualTo(3);
        assertThat(appended.get(1).offset()).isEqualTo(appended.get(0).offset() + 1);
    }

    @Test
    void creatingTopicsTwiceChangesNothing() {
        Topics.create(KafkaServer.shared().bootstrapServers(), 7);
        producer.forgetPartitions(Topic.LOG_EVENTS.topicName());
        assertThat(producer.partitions(Topic.LOG_EVENTS.topicName())).isEqualTo(4);
        assertThat(producer.partitions(Topic.LOG_EVENTS.deadLetters())).isEqualTo(1);
    }

    @Test
    void saysThatATopicIsUnknown() {
        assertThatThrownBy(() -> producer.partitions("nobody-made-me"))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test
    void refusesAtOnceWhenTooMuchIsOnItsWay() {
        var sends = new ArrayList<CompletableFuture<StreamProducer.Appended>>();
        var big = new byte[4 << 20];
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 1_000; i++) {
                                sends.add(producer.send(Topic.LOG_EVENTS.topicName(), null, big));
                            }
                        })
                .isInstanceOfSatisfying(
                        AwsError.class,
                        error -> assertThat(error.code()).isEqualTo("ThrottlingException"));
        StreamProducer.await(sends);
    }

    @Test
    void refusesARecordAboveTheLimit() {
        var tooBig = new byte[Producers.MAX_RECORD_BYTES + 1];
        assertThatThrownBy(() ->
                        StreamProducer.await(
                                List.of(
                                        producer.send(
                                                Topic.API_RECORDS.topicName(), null, tooBig))))
                .isInstanceOfSatisfying(
                        AwsError.class, error -> assertThat(error.status()).isEqualTo(413));
    }
}
