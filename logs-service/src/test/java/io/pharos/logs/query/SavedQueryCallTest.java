package io.pharos.logs.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.logs.query.QueryDefinition.Parameter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException;

import java.util.List;
import java.util.UUID;

class SavedQueryCallTest {
    private static QueryDefinition saved(String text) {
        return new QueryDefinition(
                new UUID(0, 1),
                "Errors",
                text,
                List.of(),
                List.of(new Parameter("level", "ERROR", null), new Parameter("svc", null, "of")),
                1);
    }

    private static String expand(String call) {
        return expand(call, "filter level = \"{{level}}\" and svc like /{{ svc }}/ | limit 5");
    }

    private static String expand(String call, String text) {
        return SavedQueryCall.of(call).orElseThrow().expand(saved(text), call);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '~',
            textBlock =
                    """
                    $Errors(svc="pay") => filter level = "ERROR" and svc like /pay/ | limit 5
                     $Errors ( svc = 'pay' , level="WARN" )  => filter level = "WARN" and svc like /pay/ | limit 5
                    $Errors(level=5,svc=a.b) => filter level = "5" and svc like /a.b/ | limit 5
                    $Errors(svc="\\d+ \\"x\\" \\\\ $1") => filter level = "ERROR" and svc like /\\d+ "x" \\ $1/ | limit 5
                    $Errors(svc="{{level}}") => filter level = "ERROR" and svc like /{{level}}/ | limit 5
                    $Errors(svc="a") | stats count(*) => filter level = "ERROR" and svc like /a/ | limit 5| stats count(*)
                    """)
    void valuesStandInTheirPlaces(String call, String query) {
        assertThat(expand(call)).isEqualTo(query);
    }

    @Test
    void namesMayHaveBlanksAndFolders() {
        assertThat(SavedQueryCall.of(" $shop/All errors | limit 1").orElseThrow().name())
                .isEqualTo("shop/All errors");
        assertThat(SavedQueryCall.of("fields a | filter b = \"$Errors()\"")).isEmpty();
        assertThat(SavedQueryCall.of("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$",
                "$ | limit 1",
                "$(a=\"b\")",
                "$Errors(",
                "$Errors(svc",
                "$Errors(svc=",
                "$Errors(svc=)",
                "$Errors(svc=\"a)",
                "$Errors(svc=\"a\\",
                "$Errors(svc=\"a\" level=\"b\")",
                "$Errors(svc=\"a\",)",
                "$Errors(svc=\"a\",svc=\"b\")",
                "$Errors(1a=\"b\")",
                "$Errors(svc=\"a\") limit 1",
                "$Errors()", // svc has no default
                "$Errors(svc=\"a\", other=\"b\")"
            })
    void whatIsWrongIsRefused(String call) {
        assertThatThrownBy(() -> expand(call)).isInstanceOf(MalformedQueryException.class);
    }

    @Test
    void whatItBecomesHasBounds() {
        var call = "$Errors(svc=\"" + "a".repeat(9_000) + "\")";
        assertThatThrownBy(() -> expand(call, "fields {{svc}}, {{svc}}"))
                .isInstanceOf(MalformedQueryException.class);
        assertThat(expand(call, "fields {{svc}}")).hasSize(9_007);
    }

    /// Who may call `unmask` is told by the word in the request.
    @Test
    void nobodyUnmasksByAName() {
        assertThatThrownBy(() -> expand("$Errors(svc=\"a\")", "fields UnMask(a)"))
                .isInstanceOf(MalformedQueryException.class);
        assertThatThrownBy(
                        () -> expand("$Errors(svc=\"mask\", level=\"un\")", "{{level}}{{svc}} a"))
                .isInstanceOf(MalformedQueryException.class);
        assertThat(expand("$Errors(svc=\"a\") | unmask b", "fields unmask(a)"))
                .contains("unmask(a)");
    }
}
