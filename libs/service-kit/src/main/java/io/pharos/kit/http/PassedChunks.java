package io.pharos.kit.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;

/// What an owner's answer brings, chunk by chunk, as fast as the client takes it.
record PassedChunks(Flow.Publisher<List<ByteBuffer>> chunks) implements Flow.Publisher<byte[]> {
    @Override
    public void subscribe(Flow.Subscriber<? super byte[]> writer) {
        chunks.subscribe(
                new Flow.Subscriber<>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        writer.onSubscribe(subscription);
                    }

                    @Override
                    public void onNext(List<ByteBuffer> chunk) {
                        writer.onNext(joined(chunk));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        writer.onError(failure);
                    }

                    @Override
                    public void onComplete() {
                        writer.onComplete();
                    }
                });
    }

    private static byte[] joined(List<ByteBuffer> chunk) {
        var joined = new byte[chunk.stream().mapToInt(ByteBuffer::remaining).sum()];
        var at = 0;
        for (var part : chunk) {
            var length = part.remaining();
            part.get(joined, at, length);
            at += length;
        }
        return joined;
    }
}
