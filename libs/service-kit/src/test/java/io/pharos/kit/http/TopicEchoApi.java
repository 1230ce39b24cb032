package io.pharos.kit.http;

import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;

/// Answers with who published what: an operation of the Query protocol.
@Singleton
final class TopicEchoApi implements SnsClient {
    @Override
    public PublishResponse publish(PublishRequest request) {
        var account = Caller.current().tenant().account();
        return PublishResponse.builder().messageId(account + " " + request.message()).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
