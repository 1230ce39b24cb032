package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Document;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;

import javax.xml.parsers.DocumentBuilderFactory;

/// The protocols as data: bytes to requests, answers and errors to bytes. The cases are recorded or
/// follow the references; each says what it is about.
class ConformanceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    private final AwsWire wire = new AwsWire();

    @TestFactory
    Stream<DynamicTest> requests() throws IOException {
        return cases("requests", this::request);
    }

    @TestFactory
    Stream<DynamicTest> malformedRequests() throws IOException {
        return cases("malformed", this::malformed);
    }

    @TestFactory
    Stream<DynamicTest> responses() throws IOException {
        return cases("responses", this::response);
    }

    @TestFactory
    Stream<DynamicTest> errors() throws IOException {
        return cases("errors", this::error);
    }

    private void request(JsonNode c) throws IOException {
        var request = wireRequest(c.get("request"));
        var expected = c.get("expect");
        var call = wire.decode(wire.route(request), request);
        assertThat(call.service().name()).isEqualTo(expected.get("service").asText());
        assertThat(call.operation().name()).isEqualTo(expected.get("operation").asText());
        assertThat(call.protocol().name()).isEqualTo(expected.get("protocol").asText());
        var tree = JSON.readTree(TokenEncoder.encode(call.request(), TokenEncoder.Dialect.JSON));
        assertThat(tree.toString()).isEqualTo(expected.get("request").toString());
    }

    private void malformed(JsonNode c) throws Exception {
        var request = wireRequest(c.get("request"));
        var expected = c.get("expect");
        var route = wire.route(request);
        var failure = catchThrowableOfType(AwsError.class, () -> wire.decode(route, request));
        var response = wire.encodeError(route, failure, "request-1");
        assertThat(response.status()).isEqualTo(expected.get("status").asInt());
        assertThat(code(route.protocol(), response)).isEqualTo(expected.get("code").asText());
        assertThat(message(route.protocol(), response)).isEqualTo(expected.get("message").asText());
        assertThat(response.headers().first("x-amzn-requestid")).hasValue("request-1");
    }

    private void response(JsonNode c) throws Exception {
        var operation = operation(c);
        var builder = (SdkPojo) operation.responseType().getMethod("builder").invoke(null);
        TokenDecoder.decode(bytes(c.get("response").toString()), Protocol.JSON_1_1, builder);
        var route = route(c, operation);
        var call = new Call(route, operation, (SdkRequest) Shape.build(operation.newRequest()));
        check(c.get("expect"), wire.encode(call, Shape.build(builder), "request-1"));
    }

    private void error(JsonNode c) throws Exception {
        var operation = operation(c);
        check(
                c.get("expect"),
                wire.encodeError(route(c, operation), failure(c.get("error")), "request-1"));
    }

    private static void check(JsonNode expected, WireResponse response) {
        assertThat(response.status()).isEqualTo(expected.get("status").asInt());
        expected.get("headers")
                .properties()
                .forEach(header ->
                        assertThat(response.headers().first(header.getKey()))
                                .isEqualTo(
                                        header.getValue().isNull()
                                                ? Optional.empty()
                                                : Optional.of(header.getValue().asText())));
        if (expected.has("hex")) {
            assertThat(HexFormat.of().formatHex(response.body()))
                    .isEqualTo(expected.get("hex").asText());
        } else {
            assertThat(new String(response.body(), StandardCharsets.UTF_8))
                    .isEqualTo(expected.get("body").asText());
        }
    }

    private static AwsOperation operation(JsonNode c) {
        var service = AwsService.valueOf(c.get("service").asText());
        return AwsModel.find(service, c.get("operation").asText()).orElseThrow();
    }

    private static Route route(JsonNode c, AwsOperation operation) {
        return new Route(
                Protocol.valueOf(c.get("protocol").asText()),
                Optional.of(operation.service()),
                operation.name(),
                Optional.of(operation),
                c.path("queryMode").asBoolean());
    }

    private static Throwable failure(JsonNode error) throws ReflectiveOperationException {
        if (error.has("bug")) {
            return new IllegalStateException(error.get("bug").asText());
        }
        if (error.has("code")) {
            return new AwsError(
                    error.get("code").asText(),
                    error.get("status").asInt(),
                    error.get("message").asText());
        }
        var type = Class.forName(error.get("exception").asText());
        var builder = (AwsServiceException.Builder) type.getMethod("builder").invoke(null);
        if (!error.get("message").isNull()) {
            builder.message(error.get("message").asText());
        }
        if (error.has("members")) {
            TokenDecoder.decode(
                    bytes(error.get("members").toString()), Protocol.JSON_1_1, (SdkPojo) builder);
        }
        return builder.build();
    }

    private static String code(Protocol protocol, WireResponse response) throws Exception {
        return protocol == Protocol.QUERY
                ? element(response, "Code")
                : tree(protocol, response).get("__type").asText();
    }

    private static String message(Protocol protocol, WireResponse response) throws Exception {
        return protocol == Protocol.QUERY
                ? element(response, "Message")
                : tree(protocol, response).path("message").asText();
    }

    private static JsonNode tree(Protocol protocol, WireResponse response) throws IOException {
        return (protocol.isCbor() ? CBOR : JSON).readTree(response.body());
    }

    private static String element(WireResponse response, String name) throws Exception {
        Document document =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(response.body()));
        return document.getElementsByTagName(name).item(0).getTextContent();
    }

    private static WireRequest wireRequest(JsonNode request) throws IOException {
        var headers = Headers.builder();
        request.get("headers")
                .properties()
                .forEach(h -> headers.add(h.getKey(), h.getValue().asText()));
        var body =
                request.has("hex")
                        ? HexFormat.of().parseHex(request.get("hex").asText())
                        : bytes(request.path("body").asText());
        return new WireRequest(
                request.get("method").asText(),
                request.get("path").asText(),
                request.get("query").asText(),
                headers.build(),
                request.path("gzip").asBoolean() ? gzip(body) : body,
                "127.0.0.1");
    }

    private static byte[] gzip(byte[] body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private interface Case {
        void run(JsonNode c) throws Exception;
    }

    private static Stream<DynamicTest> cases(String file, Case test) throws IOException {
        try (var in = ConformanceTest.class.getResourceAsStream("/conformance/" + file + ".json")) {
            var cases = JSON.readTree(in);
            return StreamSupport.stream(cases.spliterator(), false)
                    .map(c -> DynamicTest.dynamicTest(c.get("name").asText(), () -> test.run(c)));
        }
    }
}
