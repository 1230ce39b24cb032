package io.pharos.wire;

/// The wire formats of AWS that Pharos reads and answers in.
public enum Protocol {
    /// Form or query-string requests, XML answers.
    QUERY("text/xml"),
    JSON_1_0("application/x-amz-json-1.0"),
    JSON_1_1("application/x-amz-json-1.1"),
    /// Smithy's `rpc-v2-cbor`: `POST /service/<S>/operation/<Op>`.
    RPC_V2_CBOR("application/cbor"),
    /// JSON 1.1's frame around CBOR bodies; Java's Kinesis client speaks it.
    CBOR_1_1("application/x-amz-cbor-1.1"),
    /// Operations told apart by method and path, JSON bodies.
    REST_JSON("application/json");

    private final String contentType;

    Protocol(String contentType) {
        this.contentType = contentType;
    }

    /// What an answer in this protocol declares itself as.
    public String contentType() {
        return contentType;
    }

    boolean isCbor() {
        return this == RPC_V2_CBOR || this == CBOR_1_1;
    }
}
