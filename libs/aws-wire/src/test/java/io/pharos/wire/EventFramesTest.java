package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsAsyncClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.SessionTimeoutException;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseHandler;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseStream;
import software.amazon.eventstream.Message;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

class EventFramesTest {
    /// Recorded frames.
    private static final String INITIAL_RESPONSE =
            "0000007200000060ab820d9e0d3a6d6573736167652d747970650700056576656e740b3a6576656e742d747970"
                    + "65070010696e697469616c2d726573706f6e73650d3a636f6e74656e742d7479706507001a6170706c69636174"
                    + "696f6e2f782d616d7a2d6a736f6e2d312e317b7de16e66e4";

    private static final String EMPTY_UPDATE =
            "0000009c0000005383b615360d3a6d6573736167652d747970650700056576656e740b3a6576656e742d747970"
                    + "6507000d73657373696f6e5570646174650d3a636f6e74656e742d747970650700106170706c69636174696f6e"
                    + "2f6a736f6e7b2273657373696f6e4d65746164617461223a7b2273616d706c6564223a66616c73657d2c227365"
                    + "7373696f6e526573756c7473223a5b5d7d8b9f0a13";

    private static StartLiveTailResponseStream update() {
        return StartLiveTailResponseStream.sessionUpdateBuilder()
                .sessionMetadata(m -> m.sampled(false))
                .sessionResults(List.of())
                .build();
    }

    /// An API class with one operation that streams: an update, then what it was made with.
    private static final class TailApi implements CloudWatchLogsAsyncClient {
        private final Optional<RuntimeException> end;

        TailApi(Optional<RuntimeException> end) {
            this.end = end;
        }

        @Override
        public CompletableFuture<Void> startLiveTail(
                StartLiveTailRequest request, StartLiveTailResponseHandler handler) {
            var done = SdkPublisher.<StartLiveTailResponseStream>fromIterable(List.of(update()));
            handler.onEventStream(
                    end.isEmpty()
                            ? done
                            : SdkPublisher.adapt(subscriber -> subscriber.onError(end.get())));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private static List<byte[]> written(Optional<RuntimeException> end) {
        var model = AwsService.LOGS.operation("StartLiveTail").orElseThrow();
        var registry = OperationRegistry.of(List.of(new TailApi(end)));
        assertThat(registry.served()).extracting(Operation::model).containsExactly(model);
        var request = StartLiveTailRequest.builder().build();
        var route =
                new Route(
                        Protocol.JSON_1_1,
                        Optional.of(AwsService.LOGS),
                        "StartLiveTail",
                        Optional.of(model),
                        false);
        var answer =
                new AwsWire()
                        .encode(
                                new Call(route, model, request),
                                registry.require(model).stream(request),
                                "id");
        assertThat(answer.headers().first("content-type"))
                .contains("application/vnd.amazon.eventstream");
        var written = new ArrayList<byte[]>();
        written.add(answer.body());
        var more = Objects.requireNonNull(answer.more());
        more.subscribe(
                new Flow.Subscriber<>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(Long.MAX_VALUE);
                    }

                    @Override
                    public void onNext(byte[] frame) {
                        written.add(frame);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        throw new AssertionError(failure);
                    }

                    @Override
                    public void onComplete() {
                        written.add(new byte[0]);
                    }
                });
        return written;
    }

    private static String header(Message message, String name) {
        return Objects.requireNonNull(message.getHeaders().get(name)).getString();
    }

    @Test
    void framesAreWhatAwsSends() {
        assertThat(written(Optional.empty()).stream().map(HexFormat.of()::formatHex))
                .containsExactly(INITIAL_RESPONSE, EMPTY_UPDATE, "");
    }

    @Test
    void aModelledFailureIsTheLastFrame() {
        var timeout = SessionTimeoutException.builder().message("over").build();
        var message = Message.decode(ByteBuffer.wrap(written(Optional.of(timeout)).get(1)));
        assertThat(header(message, ":message-type")).isEqualTo("exception");
        assertThat(header(message, ":exception-type")).isEqualTo("SessionTimeoutException");
        assertThat(message.getPayload()).asString().isEqualTo("{\"message\":\"over\"}");
    }

    @Test
    void anyOtherFailureTellsNothing() {
        var bug = new IllegalStateException("secret");
        var message = Message.decode(ByteBuffer.wrap(written(Optional.of(bug)).get(1)));
        assertThat(header(message, ":message-type")).isEqualTo("error");
        assertThat(message.toString()).doesNotContain("secret");
    }
}
