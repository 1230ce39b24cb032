package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.document.Document;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// No service in the house speaks REST yet: a made-up shape shows that the codec does.
class RestJsonTest {
    private static final RestRoutes ROUTES =
            RestRoutes.of(
                    """
                    GET    /v1/widgets             ListWidgets
                    GET    /v1/widgets/{Name}      GetWidget
                    POST   /v1/widgets/{Name}      PutWidget
                    GET    /v1/widgets/special     GetSpecialWidget
                    GET    /v1/files/{Path+}       GetFile
                    """);

    private static final Instant SINCE = Instant.parse("2026-11-21T00:35:48Z");

    @Test
    void matchesTheMostLiteralRoute() {
        expect("GET", "/v1/widgets", "ListWidgets", Map.of());
        expect("GET", "/v1/widgets/a%2Fb%20c+d", "GetWidget", Map.of("Name", "a/b c+d"));
        expect("POST", "/v1/widgets/special", "PutWidget", Map.of("Name", "special"));
        expect("GET", "/v1/widgets/special", "GetSpecialWidget", Map.of());
        expect("GET", "/v1/files/a/b/c", "GetFile", Map.of("Path", "a/b/c"));
        for (var path : List.of("/", "/v1/widgets/", "/v1/widgets/a/b", "/v1/files")) {
            assertThat(ROUTES.match("GET", path)).isEmpty();
        }
        assertThat(ROUTES.match("DELETE", "/v1/widgets")).isEmpty();
    }

    private static void expect(
            String method, String path, String operation, Map<String, String> labels) {
        assertThat(ROUTES.match(method, path))
                .isEqualTo(Optional.of(new RestRoutes.Match(operation, labels)));
    }

    @Test
    void readsMembersFromEverywhere() {
        var widget =
                decode("limit=7&tag=a&tag=b%20c", "{\"Settings\":{\"x\":[1,true,null,\"y\"]}}");
        assertThat(widget.name).isEqualTo("web");
        assertThat(widget.limit).isEqualTo(7);
        assertThat(widget.tags).isEqualTo(List.of("a", "b c"));
        assertThat(widget.since).isEqualTo(SINCE);
        assertThat(widget.meta).isEqualTo(Map.of("owner", "ops"));
        assertThat(widget.settings)
                .isEqualTo(
                        Document.fromMap(
                                Map.of(
                                        "x",
                                        Document.fromList(
                                                List.of(
                                                        Document.fromNumber("1"),
                                                        Document.fromBoolean(true),
                                                        Document.fromNull(),
                                                        Document.fromString("y"))))));
    }

    @Test
    void refusesWrongTypesAnywhere() {
        assertThatThrownBy(() -> decode("limit=x", "")).isInstanceOf(AwsError.class);
        assertThatThrownBy(() -> decode("", "[")).isInstanceOf(AwsError.class);
        assertThatThrownBy(() -> decode("", "{\"Settings\":" + "[".repeat(300)))
                .isInstanceOf(AwsError.class);
    }

    private static Widget decode(String query, String body) {
        var headers = Headers.of(Map.of("x-since", AwsTime.rfc822(SINCE), "X-Meta-Owner", "ops"));
        var request =
                new WireRequest(
                        "POST", "/v1/widgets/web", query, headers, body.getBytes(UTF_8), "peer");
        var widget = new Widget();
        RestJson.decode(request, request.body(), Map.of("Name", "web"), widget);
        return widget;
    }

    @Test
    void writesMembersWhereTheyBelong() {
        var widget = new Widget();
        widget.status = 202;
        widget.since = SINCE;
        widget.meta = Map.of("owner", "ops");
        widget.settings = Document.fromMap(Map.of("x", Document.fromNumber(1)));
        var headers = Headers.builder();
        assertThat(new String(RestJson.encode(widget, headers), UTF_8))
                .isEqualTo("{\"Settings\":{\"x\":1}}");
        assertThat(RestJson.status(widget)).isEqualTo(202);
        assertThat(headers.build().asMap())
                .containsEntry("x-since", List.of("Sat, 21 Nov 2026 00:35:48 GMT"))
                .containsEntry("x-meta-owner", List.of("ops"));
    }
}
