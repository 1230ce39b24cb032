package io.pharos.standalone;

import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/// An S3-compatible store on a directory: buckets are folders, objects are files.
final class ObjectStore implements AutoCloseable {
    private final S3Proxy proxy;
    private final BlobStoreContext files;

    private ObjectStore(S3Proxy proxy, BlobStoreContext files) {
        this.proxy = proxy;
        this.files = files;
    }

    static ObjectStore start(Path directory, int port, RootKey key) throws Exception {
        Files.createDirectories(directory);
        var settings = new Properties();
        settings.setProperty("jclouds.filesystem.basedir", directory.toString());
        var files =
                ContextBuilder.newBuilder("filesystem-nio2")
                        .credentials(key.accessKeyId(), key.secretAccessKey())
                        .overrides(settings)
                        .build(BlobStoreContext.class);
        var proxy =
                S3Proxy.builder()
                        .blobStore(files.getBlobStore())
                        .endpoint(URI.create("http://127.0.0.1:" + port))
                        .awsAuthentication(
                                AuthenticationType.AWS_V2_OR_V4,
                                key.accessKeyId(),
                                key.secretAccessKey())
                        .ignoreUnknownHeaders(true)
                        .build();
        proxy.start();
        return new ObjectStore(proxy, files);
    }

    @Override
    public void close() throws Exception {
        proxy.stop();
        files.close();
    }
}
