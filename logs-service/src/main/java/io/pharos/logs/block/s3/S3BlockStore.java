package io.pharos.logs.block.s3;

import io.pharos.logs.block.BlockStore;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudwatchlogs.model.ServiceUnavailableException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

import java.io.UncheckedIOException;
import java.util.UUID;
import java.util.function.Supplier;

/// Blocks as objects of one bucket, a key each that no other ever had.
public final class S3BlockStore implements BlockStore, AutoCloseable {
    private static final String TYPE = "application/octet-stream";

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final boolean open;

    /// @param prefix what keys start with
    /// @param open see [#isOpen()]
    public S3BlockStore(S3Client client, String bucket, String prefix, boolean open) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
        this.open = open;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public String newKey(long groupId, int day) {
        return prefix + groupId + "/" + day + "/" + UUID.randomUUID();
    }

    @Override
    public void put(String key, byte[] payload) {
        answered(() ->
                client.putObject(
                        put -> put.bucket(bucket).key(key).contentType(TYPE),
                        RequestBody.fromBytes(payload)));
    }

    @Override
    public byte[] get(String key) {
        return answered(() ->
                client.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asByteArrayUnsafe());
    }

    @Override
    public byte[] get(String key, int bytes) {
        var head =
                answered(() ->
                        client.getObjectAsBytes(get ->
                                        get.bucket(bucket).key(key).range("bytes=0-" + (bytes - 1)))
                                .asByteArrayUnsafe());
        if (head.length != bytes) {
            throw new IllegalStateException("object " + key + " is " + head.length + " bytes");
        }
        return head;
    }

    @Override
    public void remove(String key) {
        answered(() -> client.deleteObject(delete -> delete.bucket(bucket).key(key)));
    }

    private <T> T answered(Supplier<T> call) {
        try {
            return call.get();
        } catch (NoSuchKeyException lost) {
            throw new IllegalStateException("bucket " + bucket + " lost an object", lost);
        } catch (SdkException | UncheckedIOException failure) { // the latter amid an answer
            throw ServiceUnavailableException.builder()
                    .message("The block store does not answer.")
                    .cause(failure)
                    .build();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
