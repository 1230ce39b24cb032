package io.pharos.kit.http;

import io.pharos.wire.AwsError;

import jakarta.inject.Singleton;

@Singleton
final class EchoRoute implements InternalRoute {
    @Override
    public String path() {
        return "test/echo";
    }

    @Override
    public byte[] answer(byte[] request) {
        if (request.length == 0) {
            throw AwsError.validation("nothing to echo");
        }
        return request;
    }
}
