package io.pharos.kit.http;

import io.pharos.wire.OperationRegistry;
import io.vertx.core.Vertx;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import software.amazon.awssdk.core.SdkClient;

import java.util.ArrayList;

/// The operations of this process: whatever its API classes override.
@Singleton
final class HttpBeans {
    @Produces
    @Singleton
    BodyReader bodies(Vertx vertx) {
        return new BodyReader(vertx);
    }

    @Produces
    @Singleton
    OperationRegistry registry(Instance<SdkClient> apis) {
        var found = new ArrayList<SdkClient>();
        apis.forEach(found::add);
        return OperationRegistry.of(found);
    }
}
