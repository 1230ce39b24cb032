package io.pharos.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;

import java.io.IOException;
import java.io.OutputStream;

/// JSON and CBOR as token streams, with the bounds of hostile input.
final class Tokens {
    /// Structures, lists and maps inside each other. The deepest shape of our services is below 20.
    static final int MAX_DEPTH = 100;

    private static final StreamReadConstraints BOUNDS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(100)
                    .maxNameLength(10_000)
                    .build();

    /// A virtual thread is new for each call and has no buffers of its own yet: all share some.
    private static final RecyclerPool<BufferRecycler> BUFFERS =
            JsonRecyclerPools.sharedConcurrentDequePool();

    private static final JsonFactory JSON =
            JsonFactory.builder().streamReadConstraints(BOUNDS).recyclerPool(BUFFERS).build();
    private static final JsonFactory CBOR =
            CBORFactory.builder().streamReadConstraints(BOUNDS).recyclerPool(BUFFERS).build();

    private Tokens() {}

    static JsonParser parser(byte[] body, Protocol protocol) throws IOException {
        return (protocol.isCbor() ? CBOR : JSON).createParser(body);
    }

    static JsonGenerator generator(OutputStream out, Protocol protocol) throws IOException {
        return (protocol.isCbor() ? CBOR : JSON).createGenerator(out);
    }

    /// Whether every surrogate has its pair: others cannot be stored or sent on.
    static boolean isWellFormed(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
